"""Unwatched runs: their record, their schedule, their alarms, and a season of them."""
