// Tells the monitor what this phone can do; each answer is a sentence with what to do where something is missing.
"use strict";

const answers = {
  async https() {
    return window.isSecureContext
      ? [true, "正常"]
      : [false, "不是安全连接：离线走访用不了。请用镇里给的 https 开头的地址打开。"];
  },
  async worker() {
    if (!("serviceWorker" in navigator)) return [false, "这个浏览器不支持。请改用手机自带的浏览器或 Chrome。"];
    return [true, "支持"];
  },
  async storage() {
    const key = "field-check";
    localStorage.setItem(key, key);
    const kept = localStorage.getItem(key) === key;
    localStorage.removeItem(key);
    await new Promise((resolve, reject) => {
      const opening = indexedDB.open(key);
      opening.onsuccess = () => { opening.result.close(); indexedDB.deleteDatabase(key); resolve(); };
      opening.onerror = () => reject(opening.error);
    });
    return kept ? [true, "可以保存"] : [false, "不能保存。请关闭浏览器的无痕模式。"];
  },
  async room() {
    if (!navigator.storage || !navigator.storage.estimate) return [true, "浏览器没有说明剩余空间"];
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    const free = Math.floor((quota - usage) / 1024 / 1024);
    return free >= 50 ? [true, `还可用 ${free} MB`] : [false, `只剩 ${free} MB。请清理手机空间。`];
  },
  async camera() {
    const input = document.createElement("input");
    if (!("capture" in input)) return [false, "浏览器不能直接拍照，可先用相机拍好再从相册选。"];
    if (!HTMLCanvasElement.prototype.toBlob) return [false, "浏览器不能缩小照片，请把相机分辨率调低。"];
    return [true, "可以拍照并自动缩小"];
  },
};

for (const item of document.querySelectorAll("[data-check]")) {
  answers[item.dataset.check]()
    .catch(() => [false, "被浏览器禁止。请关闭无痕模式后再试。"])
    .then(([good, text]) => {
      item.className = good ? "outbox-done" : "outbox-refused";
      item.querySelector("span").textContent = `${good ? "✓" : "！"} ${text}`;
    });
}
