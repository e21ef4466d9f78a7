// A date field is typed; the button beside it opens the browser's own calendar.

htmx.onLoad((root) => {
  root.querySelectorAll?.("[data-date] [data-date-open][hidden]").forEach((button) => {
    if (!("showPicker" in HTMLInputElement.prototype)) return;
    const field = button.parentElement.querySelector("input");
    const picker = Object.assign(document.createElement("input"), { type: "date", tabIndex: -1, className: "pl-picker" });
    picker.setAttribute("aria-hidden", "true");
    picker.addEventListener("change", () => {
      const [year, month, day] = picker.value.split("-").map(Number);
      if (!year) return;
      field.value = `${day}.${month}.${year}`;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
    });
    button.addEventListener("click", () => picker.showPicker());
    button.parentElement.append(picker);
    button.hidden = false;
  });
});
