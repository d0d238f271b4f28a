// What pages do better with scripts; each works without: links lead to evidence by anchors.
"use strict";

// Mark every run of the text that the figure rests on, where :target reaches only the first.
function showEvidence() {
    for (const mark of document.querySelectorAll("mark.shown")) {
        mark.classList.remove("shown");
    }
    const found = /^#e(\d+)$/.exec(window.location.hash);
    if (!found) {
        return;
    }
    for (const mark of document.querySelectorAll("mark[data-figures]")) {
        if (mark.dataset.figures.split(" ").includes(found[1])) {
            mark.classList.add("shown");
        }
    }
}

window.addEventListener("hashchange", showEvidence);
showEvidence();

const copy = document.getElementById("copy");
const citation = document.getElementById("citation");
if (copy && citation && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", () => {
        const link = document.getElementById("permalink");
        const words = citation.textContent.replace(/\s+/g, " ").trim();
        navigator.clipboard.writeText(`${words} ${link.href}`).then(() => {
            document.getElementById("copied").textContent = copy.dataset.done;
        });
    });
}
