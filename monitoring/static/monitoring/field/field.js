// The visit form's help on the phone: drafts, smaller photos, the back-dating question. Without it the form still works.
"use strict";

const BACKDATED_DAYS = 7;
const PHOTO_EDGE = 1280;
const PHOTO_BYTES = 200 * 1024;
const DRAFTS = "field-draft:";

const user = document.body.dataset.user;
const draftKey = (name) => `${DRAFTS}${user}:${name}`;

// Storage may be forbidden or full; a visit must be possible all the same.
const store = {
  get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
  remove(key) { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
  clear(prefix) {
    try {
      Object.keys(localStorage).filter((key) => key.startsWith(prefix)).forEach((key) => localStorage.removeItem(key));
    } catch { /* nothing was kept */ }
  },
};

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && field.type !== "file" && field.name !== "csrfmiddlewaretoken");
}

function typedValues(form) {
  const values = {};
  for (const field of fieldsOf(form)) {
    const isChoice = field.type === "radio" || field.type === "checkbox";
    if (isChoice) values[field.id] = field.checked;
    else values[field.id] = field.value;
  }
  return values;
}

function fill(form, values) {
  for (const field of fieldsOf(form)) {
    if (!(field.id in values)) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = values[field.id];
    else field.value = values[field.id];
  }
}

function keepDrafts(form) {
  const key = draftKey(form.dataset.draft);
  const state = document.getElementById("draft-state");
  const found = document.getElementById("draft-found");
  const draft = store.get(key);
  // A form that came back with errors holds what was typed last; the draft is older.
  if (draft && !("bound" in form.dataset)) {
    fill(form, draft.values);
    found.hidden = false;
    state.textContent = "草稿";
  }
  const save = () => {
    state.textContent = store.set(key, { at: Date.now(), values: typedValues(form) }) ? "草稿已存" : "草稿存不下";
  };
  form.addEventListener("input", save);
  form.addEventListener("change", save);
  document.getElementById("draft-drop").addEventListener("click", () => {
    store.remove(key);
    location.reload();
  });
}

function askForReason(form) {
  const day = form.elements.visited_on;
  const row = document.getElementById("backdate");
  day.max = form.dataset.today;
  if (!row) return;
  const show = () => {
    const days = (Date.parse(form.dataset.today) - Date.parse(day.value)) / 86400000;
    row.hidden = !(days > BACKDATED_DAYS) && !row.querySelector(".has-error");
  };
  day.addEventListener("change", show);
  show();
}

async function shrink(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const canvas = document.createElement("canvas");
  for (let edge = PHOTO_EDGE, quality = 0.8; ; edge *= 0.85, quality = Math.max(0.5, quality - 0.1)) {
    const scale = Math.min(1, edge / Math.max(bitmap.width, bitmap.height));
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (blob.size <= PHOTO_BYTES || edge < 400) return new File([blob], "photo.jpg", { type: "image/jpeg" });
  }
}

function takePhotos(form) {
  const input = form.elements.photo;
  if (!input) return;
  const row = document.getElementById("photos");
  const problem = document.getElementById("photo-problem");
  const finish = document.getElementById("finish");
  const kept = new DataTransfer();
  const thumb = (photo) => {
    const image = new Image();
    image.src = URL.createObjectURL(photo);
    image.alt = `照片 ${kept.files.length}`;
    const frame = document.createElement("span");
    frame.className = "photo-thumb";
    frame.append(image);
    row.append(frame);
  };
  input.addEventListener("change", async () => {
    finish.disabled = true;
    problem.hidden = true;
    for (const file of [...input.files]) {
      try {
        const photo = await shrink(file);
        kept.items.add(photo);
        thumb(photo);
      } catch {
        problem.textContent = "有一个文件不是照片，没有加入。请重新拍照。";
        problem.hidden = false;
      }
    }
    // One photo at a time comes from the camera: the input is given all that were taken so far.
    input.files = kept.files;
    finish.disabled = false;
  });
}

const form = document.querySelector(".visit-form");
if (form) {
  keepDrafts(form);
  askForReason(form);
  takePhotos(form);
  form.addEventListener("submit", () => {
    // A second tap while the first is under way would only wait longer; the visit's id makes it harmless.
    const finish = document.getElementById("finish");
    finish.disabled = true;
    finish.dataset.label = finish.textContent;
    finish.textContent = "正在保存…";
  });
  // Coming back with the phone's back button shows the page as it was left.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    const finish = document.getElementById("finish");
    finish.disabled = false;
    finish.textContent = finish.dataset.label || finish.textContent;
  });
  const errors = document.querySelector(".error-summary");
  if (errors) errors.focus();
}

const saved = document.querySelector("[data-saved]");
if (saved) store.remove(draftKey(saved.dataset.saved));

const logout = document.getElementById("logout");
if (logout) logout.addEventListener("submit", () => store.clear(`${DRAFTS}${user}:`));
