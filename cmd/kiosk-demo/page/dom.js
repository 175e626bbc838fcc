// Small helpers over the DOM. Data only ever becomes text, never markup.

export const $ = (selector, root = document) => root.querySelector(selector);

export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// text changes a node's text only when it differs: a screen reader and the
// layout are left alone.
export function text(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

export function toggle(node, attribute, on) {
  if (node.hasAttribute(attribute) !== on) node.toggleAttribute(attribute, on);
}

export function mark(node, name, value) {
  if (node.dataset[name] !== value) node.dataset[name] = value;
}

// keyed keeps one child of parent for each item: made once, updated for as long
// as its key is there, and in the order of the items. create returns an object
// with the child as root, and gone if there is something to end.
export function keyed(parent, key, create, update) {
  const parts = new Map();
  return (items) => {
    const gone = new Set(parts.keys());
    let at = parent.firstElementChild;
    for (const item of items) {
      const k = key(item);
      gone.delete(k);
      let part = parts.get(k);
      if (!part) parts.set(k, part = create(item));
      if (part.root === at) at = at.nextElementSibling;
      else parent.insertBefore(part.root, at);
      update(part, item);
    }
    for (const k of gone) {
      parts.get(k).root.remove();
      parts.get(k).gone?.();
      parts.delete(k);
    }
  };
}
