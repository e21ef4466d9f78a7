// A <select> in [data-combobox] that one can search (ARIA combobox). The select stays and is what is sent; with data-url the server finds.

let made = 0;

class Combobox {
  constructor(box) {
    this.box = box;
    this.select = box.querySelector("select");
    this.id = this.select.id || `combobox-${++made}`;
    this.input = this.build();
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("click", () => this.search());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
    this.list.addEventListener("htmx:afterSwap", () => this.open());
    this.show();
  }

  build() {
    const { select, box, id } = this;
    this.list = Object.assign(document.createElement("ul"), { id: `${id}-list`, className: "pl-combo-list", hidden: true });
    this.list.setAttribute("role", "listbox");
    const input = Object.assign(document.createElement("input"), { type: "text", id, className: "form-input", autocomplete: "off" });
    input.placeholder = select.multiple ? box.dataset.prompt : "";
    const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list" };
    Object.entries(attributes).forEach(([name, value]) => input.setAttribute(name, value));
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    }
    const label = document.querySelector(`label[for="${id}"]`);
    if (label) this.list.setAttribute("aria-label", label.textContent.trim());
    select.id = `${id}-chosen`;
    select.hidden = true;
    this.chips = Object.assign(document.createElement("div"), { className: "pl-tok" });
    const field = Object.assign(document.createElement("div"), { className: "pl-combo-in" });
    field.append(input, this.list);
    box.append(field, this.chips);
    return input;
  }

  get single() {
    return !this.select.multiple;
  }

  search() {
    const words = this.input.value.trim().toLowerCase();
    const asked = this.single && this.input.value === this.chosenLabel() ? "" : words;
    if (this.box.dataset.url) {
      clearTimeout(this.waiting);
      const url = `${this.box.dataset.url}?q=${encodeURIComponent(asked)}`;
      this.waiting = setTimeout(() => htmx.ajax("get", url, { target: `#${this.list.id}`, swap: "innerHTML" }), 200);
      return;
    }
    const found = [...this.select.options].filter((option) => option.value && option.text.toLowerCase().includes(asked));
    this.list.replaceChildren(...found.slice(0, 100).map((option) => this.suggestion(option.value, option.text)));
    this.open();
  }

  suggestion(value, label) {
    const item = Object.assign(document.createElement("li"), { textContent: label });
    item.setAttribute("role", "option");
    Object.assign(item.dataset, { value, label });
    return item;
  }

  open() {
    const found = this.options();
    found.forEach((item, index) => {
      item.id = `${this.list.id}-${index}`;
      const option = this.optionOf(item.dataset.value);
      item.setAttribute("aria-selected", String(Boolean(option?.selected)));
    });
    if (!found.length) {
      const none = Object.assign(document.createElement("li"), { className: "none", textContent: this.box.dataset.none });
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      this.list.replaceChildren(none);
    }
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.activate(null);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.activate(null);
    this.input.value = this.single ? this.chosenLabel() : "";
  }

  options() {
    return [...this.list.querySelectorAll("[role=option][data-value]")];
  }

  optionOf(value) {
    return [...this.select.options].find((option) => option.value === value);
  }

  chosenLabel() {
    const option = this.select.selectedOptions[0];
    return option?.value ? option.text : "";
  }

  activate(item) {
    this.list.querySelector(".is-active")?.classList.remove("is-active");
    this.active = item;
    if (!item) return this.input.removeAttribute("aria-activedescendant");
    item.classList.add("is-active");
    item.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", item.id);
  }

  press(event) {
    const found = this.options();
    const here = found.indexOf(this.active);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) return this.search();
      const next = event.key === "ArrowDown" ? here + 1 : Math.max(here, 0) - 1;
      this.activate(found.at(next % found.length));
    } else if (event.key === "Enter" && !this.list.hidden) {
      event.preventDefault();
      this.choose(this.active ?? (found.length === 1 ? found[0] : null));
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Backspace" && !this.single && !this.input.value) {
      this.drop([...this.select.selectedOptions].at(-1));
    }
  }

  choose(item) {
    if (!item?.dataset.value) return;
    const option = this.optionOf(item.dataset.value) ?? new Option(item.dataset.label, item.dataset.value);
    if (!option.parentNode) this.select.append(option);
    option.selected = this.single || !option.selected;
    this.input.value = "";
    this.changed();
    this.close();
  }

  drop(option) {
    if (!option) return;
    option.selected = false;
    this.changed();
    this.input.focus();
  }

  changed() {
    this.show();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  show() {
    if (this.single) {
      this.input.value = this.chosenLabel();
      return;
    }
    this.chips.replaceChildren(...[...this.select.selectedOptions].map((option) => this.chip(option)));
  }

  chip(option) {
    const chip = Object.assign(document.createElement("span"), { className: "pl-chip", textContent: option.text });
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "pl-link pl-chip-x", textContent: "×" });
    remove.setAttribute("aria-label", `${this.box.dataset.remove} ${option.text}`);
    remove.addEventListener("click", () => this.drop(option));
    chip.append(remove);
    return chip;
  }
}

htmx.onLoad((root) => {
  const found = [...(root.querySelectorAll?.("[data-combobox]") ?? [])];
  if (root.matches?.("[data-combobox]")) found.push(root);
  found.filter((box) => !box.querySelector("[role=combobox]")).forEach((box) => new Combobox(box));
});
