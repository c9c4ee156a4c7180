"use strict";
// The 负面清单 of a home verification: one button answers 无 to all its items, each can be changed afterwards.
// Without this script the button is not there, and every item is answered by itself.
document.addEventListener("DOMContentLoaded", () => {
    const none = document.getElementById("none-of-these");
    if (!none) return;
    none.hidden = false;
    none.querySelector("button").addEventListener("click", () => {
        document.querySelectorAll(".checklist input[type=radio][value=no]").forEach((radio) => {
            radio.checked = true;
        });
    });
});
