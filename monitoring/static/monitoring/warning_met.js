"use strict";
// The form of a verification: where nobody was there (V7) for each answered warning and the trip went to the house,
// 见到 says 未见到人, as long as nobody touched it. Without this script the server does the same.
{
    const ON_THE_SPOT = ["home", "outdoor"];
    const AWAY = "V7";

    function follow(form) {
        const met = [...form.querySelectorAll("[name=met]")];
        const nobody = met.find((option) => option.value === "nobody");
        let before = null;
        let isTouched = false;

        function show() {
            if (isTouched) return;
            const results = [...form.querySelectorAll("[name^=case-][name$=-result]:checked")]
                .map((option) => option.value).filter(Boolean);
            const mode = form.querySelector("[name=mode]:checked");
            const isAway = results.length > 0 && results.every((result) => result === AWAY)
                && mode !== null && ON_THE_SPOT.includes(mode.value);
            if (isAway && before === null && !nobody.checked) {
                before = met.find((option) => option.checked) || null;
                nobody.checked = true;
            } else if (!isAway && before !== null) {
                before.checked = true;
                before = null;
            }
        }

        form.addEventListener("change", (event) => {
            if (event.target.name === "met") isTouched = true;
            else show();
        }, true);
    }

    document.addEventListener("DOMContentLoaded", () => {
        document.querySelectorAll("form").forEach((form) => {
            if (form.querySelector("[name=met][value=nobody]")) follow(form);
        });
    });
}
