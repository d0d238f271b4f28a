// What Datasette's own pages set up by scripts within the page, which the policy lets none run.
"use strict";

window.DATASETTE_ALLOW_FACET = true;

document.addEventListener("click", (event) => {
    const within = event.target.closest("details");
    for (const menu of document.querySelectorAll("details[open]")) {
        if (menu !== within) {
            menu.open = false;
        }
    }
});

window.addEventListener("load", () => {
    const input = document.querySelector("textarea#sql-editor");
    if (input && window.CodeMirror) {
        const editor = window.CodeMirror.fromTextArea(input, {
            lineNumbers: true,
            mode: "text/x-sql",
            lineWrapping: true,
        });
        editor.setOption("extraKeys", { "Shift-Enter": () => input.form.submit(), Tab: false });
    }
});
