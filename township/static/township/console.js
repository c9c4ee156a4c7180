"use strict";
// Comforts of the staff console. Every page also works without them.
//   tr[data-href], rows of a change list   a click anywhere on the row opens it
//   form[data-auto-submit]                 choosing in a select sends the form; its .auto-submit-fallback button goes
//   form[data-bulk], #changelist-form      gets .has-selection; [data-bulk-count] shows how many, [data-bulk-all] takes all
//   button.reveal[data-url][data-target]   POST; the answer {"value": "…"} replaces the text of #target
//   input.select-toggle                    export page: ticks or clears every column
//   details.drop                           one open at a time; Escape or a click outside closes it
//   details.drop[data-pick]                a filter: its links come from that address, for what is typed
//   input[list][data-options]              a field: its suggestions come from that address, for what is typed
//   input[data-words-only]                 the same, but never for what has digits
{
    const CHOSEN = "input.action-select:checked, input.row-select:checked";
    const INTERACTIVE = "a, button, input, select, textarea, label, summary, [contenteditable]";

    function openRow(event) {
        if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
        if (event.target.closest(INTERACTIVE) || String(window.getSelection())) return;
        const row = event.target.closest("tr[data-href], #result_list tbody tr");
        if (!row) return;
        if (row.dataset.href) {
            window.location.assign(row.dataset.href);
            return;
        }
        const link = row.querySelector("th a");
        if (link) link.click();
    }

    function toggleColumns(event) {
        if (!event.target.matches("input.select-toggle")) return;
        document.querySelectorAll(".selectable-field-export-row input[type=checkbox]").forEach((box) => {
            if (box !== event.target) box.checked = event.target.checked;
        });
    }

    function submitOnChange(event) {
        const form = event.target.closest("form[data-auto-submit]");
        if (form && event.target.matches("select")) form.submit();
    }

    function updateSelection(form) {
        const chosen = form.querySelectorAll(CHOSEN).length;
        form.classList.toggle("has-selection", chosen > 0);
        form.querySelectorAll("[data-bulk-count]").forEach((place) => { place.textContent = chosen; });
    }

    function watchSelection(form) {
        form.addEventListener("change", (event) => {
            if (event.target.matches("[data-bulk-all]")) {
                form.querySelectorAll("input.row-select").forEach((box) => { box.checked = event.target.checked; });
            }
            updateSelection(form);
        });
        // The admin ticks boxes by script after its own clicks, and the browser restores them on the way back.
        form.addEventListener("click", () => window.setTimeout(() => updateSelection(form), 0));
        window.addEventListener("pageshow", () => updateSelection(form));
        updateSelection(form);
    }

    async function reveal(button) {
        const place = document.getElementById(button.dataset.target);
        const token = document.querySelector("[name=csrfmiddlewaretoken]");
        button.disabled = true;
        try {
            const response = await fetch(button.dataset.url, {
                method: "POST",
                headers: {"X-CSRFToken": token ? token.value : "", "Accept": "application/json"},
                credentials: "same-origin",
            });
            if (!response.ok) throw new Error(String(response.status));
            place.textContent = (await response.json()).value;
            place.setAttribute("aria-live", "polite");
            button.remove();
        } catch {
            button.disabled = false;
            button.textContent = "没有取到，再试一次";
        }
    }

    function closeDrops(except) {
        document.querySelectorAll("details.drop[open]").forEach((drop) => {
            if (drop !== except) drop.removeAttribute("open");
        });
    }

    async function options(address, term) {
        const query = new URL(address, window.location.href);
        query.searchParams.set("term", term);
        const response = await fetch(query, {
            headers: {"Accept": "application/json"},
            credentials: "same-origin",
        });
        return response.ok ? (await response.json()).results : [];
    }

    function delayed(action) {
        let timer = 0;
        return () => {
            window.clearTimeout(timer);
            timer = window.setTimeout(action, 200);
        };
    }

    function watchPick(drop) {
        const input = drop.querySelector("input[type=search]");
        const list = drop.querySelector(".drop-options");
        const fill = async () => {
            const found = await options(drop.dataset.pick, input.value);
            list.replaceChildren(...found.map((option) => {
                const query = new URLSearchParams(window.location.search);
                query.set(drop.dataset.parameter, option.id);
                query.delete("p");
                const link = document.createElement("a");
                link.href = `?${query}`;
                link.textContent = option.text;
                const item = document.createElement("li");
                item.append(link);
                return item;
            }));
            if (!found.length) list.textContent = "没有找到，请换一个词";
        };
        input.addEventListener("input", delayed(fill));
        drop.addEventListener("toggle", () => {
            if (!drop.open) return;
            input.focus();
            if (!list.children.length) fill();
        });
    }

    function watchSuggestions(input) {
        const fill = async () => {
            // An ID number must not come into an address: what has digits is looked for when the form is sent.
            if ("wordsOnly" in input.dataset && /\p{N}/u.test(input.value)) return;
            const found = await options(input.dataset.options, input.value);
            input.list.replaceChildren(...found.map((option) => {
                const item = document.createElement("option");
                item.value = option.text;
                return item;
            }));
        };
        input.addEventListener("input", delayed(fill));
        input.addEventListener("focus", fill, {once: true});
    }

    // On a phone each cell of a list stands on its own line and needs its column's name.
    function labelCells(table) {
        const names = Array.from(table.querySelectorAll("thead th"), (head) => {
            const text = head.querySelector(".text");
            return (text || head).textContent.trim();
        });
        table.querySelectorAll("tbody tr").forEach((row) => {
            Array.from(row.cells).forEach((cell, index) => {
                if (names[index] && !cell.dataset.label) cell.dataset.label = names[index];
            });
        });
    }

    document.documentElement.classList.add("js");
    document.addEventListener("DOMContentLoaded", () => {
        document.querySelectorAll("#changelist-form, form[data-bulk]").forEach(watchSelection);
        document.querySelectorAll("#result_list, table.card-table").forEach(labelCells);
        document.querySelectorAll("details[data-pick]").forEach(watchPick);
        document.querySelectorAll("input[list][data-options]").forEach(watchSuggestions);
        document.addEventListener("change", submitOnChange);
        document.addEventListener("change", toggleColumns);
        document.addEventListener("click", (event) => {
            const button = event.target.closest("button.reveal");
            if (button) reveal(button);
            closeDrops(event.target.closest("details.drop"));
            openRow(event);
        });
        document.addEventListener("keydown", (event) => {
            if (event.key === "Escape") closeDrops(null);
        });
        document.querySelectorAll("button[data-print]").forEach((button) => {
            button.addEventListener("click", () => window.print());
        });
    });
}
