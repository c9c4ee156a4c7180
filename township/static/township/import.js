"use strict";
// Comforts of the import pages; every step also works without them.
//   [data-progress]      asks that address how far the job is, every two seconds, and shows the page anew at its end
//   [data-drop-zone]     a file that is dropped here is the file of the form
//   [data-read-how]      choosing another kind, sheet or header reads the file anew
//   [data-columns]       marks the columns that are not used as their meaning is chosen
//   [data-choices]       says that changed decisions are compared before anything is imported
{
    const EVERY = 2000;

    function watchProgress(place) {
        const bar = place.querySelector("progress");
        const text = place.querySelector("[data-progress-text]");
        const ask = async () => {
            try {
                const response = await fetch(place.dataset.progress, {
                    headers: {"Accept": "application/json"},
                    credentials: "same-origin",
                });
                if (response.ok) {
                    const job = await response.json();
                    if (job.ended) {
                        window.location.reload();
                        return;
                    }
                    text.textContent = job.text;
                    if (job.total) {
                        bar.max = job.total;
                        bar.value = job.done;
                    }
                } else if (response.status < 500) {
                    window.location.reload();
                    return;
                }
            } catch {
                text.textContent = "暂时连不上服务器，正在重试";
            }
            window.setTimeout(ask, EVERY);
        };
        window.setTimeout(ask, EVERY);
    }

    function watchDropZone(zone) {
        const input = zone.querySelector("input[type=file]");
        const over = (is) => zone.classList.toggle("is-over", is);
        ["dragenter", "dragover"].forEach((name) => zone.addEventListener(name, (event) => {
            event.preventDefault();
            over(true);
        }));
        zone.addEventListener("dragleave", (event) => {
            if (!zone.contains(event.relatedTarget)) over(false);
        });
        zone.addEventListener("drop", (event) => {
            event.preventDefault();
            over(false);
            if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
        });
    }

    function watchReadHow(form) {
        form.addEventListener("change", () => { if (form.reportValidity()) form.submit(); });
    }

    function watchColumns(form) {
        form.addEventListener("change", (event) => {
            const column = event.target.closest(".read-column");
            if (!column) return;
            column.classList.toggle("is-unused", !event.target.value);
            column.querySelector(".read-mark").textContent = event.target.value ? "" : "没有用到";
        });
    }

    function watchChoices(form) {
        const hint = form.querySelector("[data-choices-hint]");
        form.addEventListener("change", () => {
            if (hint) hint.textContent = "选择有改动：请先点“重新比对”，看过新的预览再导入。";
        });
    }

    document.addEventListener("DOMContentLoaded", () => {
        const watch = (selector, start) => document.querySelectorAll(selector).forEach(start);
        watch("[data-progress]", watchProgress);
        watch("[data-drop-zone]", watchDropZone);
        watch("[data-read-how]", watchReadHow);
        watch("form[data-columns]", watchColumns);
        watch("form[data-choices]", watchChoices);
    });
}
