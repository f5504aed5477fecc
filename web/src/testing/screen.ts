/** What a person finds on a page: by its words, as they would. Dialogs are outside the component, so all of the document. */
export const screen = {
  text(): string {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, ({ parentElement }) =>
      parentElement?.closest('style, option') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
    );
    const words: string[] = [];
    while (walker.nextNode()) words.push(walker.currentNode.textContent ?? '');
    return words.join(' ').replace(/\s+/g, ' ');
  },

  button(name: string): HTMLElement {
    return found(
      [...document.querySelectorAll<HTMLElement>('button, a')].find((element) => nameOf(element) === name),
      `button or link "${name}"`,
    );
  },

  hasButton(name: string): boolean {
    return [...document.querySelectorAll<HTMLElement>('button, a')].some((element) => nameOf(element) === name);
  },

  /** The field with this label; where several have it, the one at `index`. */
  field(label: string, index = 0): HTMLInputElement {
    const labels = [...document.querySelectorAll('label')].filter((element) => trimmed(element) === label);
    const id = labels[index]?.getAttribute('for') ?? '';
    return found(document.getElementById(id) as HTMLInputElement | null, `field "${label}"`);
  },

  /** What is said to be wrong with a field; empty when nothing is. */
  errorOf(field: HTMLElement): string {
    return trimmed(field.closest('mat-form-field')?.querySelector('mat-error') ?? null);
  },

  /** Presses Esc, as one does to be rid of a dialog. */
  escape(): void {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', keyCode: 27, bubbles: true }));
  },

  type(field: HTMLInputElement, text: string): void {
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
    field.dispatchEvent(new Event('blur'));
  },
};

/** Lets the page work until something holds; fails with the page's words when it never does. */
export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) {
    await nextTurn();
    if (holds()) return;
  }
  throw new Error(`Never came to be; the page says: ${screen.text()}`);
}

/**
 * Lets what is due by now run: a turn of the event loop, not time. Angular renders, and the services in memory answer, in
 * timers without delay; another one is behind all that were set before it.
 */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Lets the page come to rest: for what must not happen, of which there is no sign to wait for. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
}

/** Waits for words on the page. */
export function shows(words: string): Promise<void> {
  return until(() => screen.text().includes(words));
}

function nameOf(element: HTMLElement): string {
  return element.getAttribute('aria-label') ?? trimmed(element);
}

function trimmed(element: Element | null): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

function found<T>(element: T | null | undefined, what: string): T {
  if (!element) throw new Error(`There is no ${what} on the page, which says: ${screen.text()}`);
  return element;
}
