"use strict";
// The form of a verdict: shows the fields of the chosen result only. Without this script all of them stand there,
// each saying for which results it is.
//   [data-for="V2 V5"]   a field of these results; its row is shown with one of them
//   <optgroup label="V2 …">   choices of one result; offered with it alone
{
    function row(field) {
        return field.closest(".form-row");
    }

    function show(form) {
        const chosen = form.querySelector("[name=result]:checked");
        const result = chosen ? chosen.value : "";
        form.querySelectorAll("[data-for]").forEach((field) => {
            row(field).hidden = !field.dataset.for.split(" ").includes(result);
        });
        form.querySelectorAll("optgroup").forEach((group) => {
            const fits = group.label.startsWith(result);
            group.disabled = !fits;
            group.hidden = !fits;
            if (!fits && group.querySelector("option:checked")) group.closest("select").value = "";
        });
    }

    document.addEventListener("DOMContentLoaded", () => {
        document.querySelectorAll("form").forEach((form) => {
            if (!form.querySelector("[name=result]")) return;
            form.addEventListener("change", (event) => {
                if (event.target.name === "result") show(form);
            });
            show(form);
        });
    });
}
