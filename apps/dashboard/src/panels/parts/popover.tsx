import type { JSX } from 'solid-js';
import { Show, createSignal, createUniqueId, onCleanup } from 'solid-js';

/**
 * A button that opens a small sheet below itself. Escape, a press elsewhere, or leaving it with Tab closes it; Escape
 * returns the focus to the button. The content may close it with the function it receives.
 */
export const Popover = (props: {
  label: JSX.Element;
  /** The button's accessible name if its label alone does not describe it. */
  name?: string;
  buttonClass?: string;
  sheetName: string;
  /** Whether the sheet has two columns. */
  isWide?: boolean;
  children: (close: () => void) => JSX.Element;
}): JSX.Element => {
  const id = createUniqueId();
  const [isOpen, setOpen] = createSignal(false);
  let root: HTMLSpanElement | undefined;
  let button: HTMLButtonElement | undefined;
  const close = (): void => {
    setOpen(false);
  };
  // A question asked by something in the sheet covers the whole page, but belongs to the sheet.
  const isOutside = (target: EventTarget | null): boolean =>
    !(target instanceof Node && root?.contains(target) === true) &&
    !(target instanceof Element && target.closest('dialog') !== null);
  const onPress = (event: PointerEvent): void => {
    if (isOutside(event.target)) close();
  };
  document.addEventListener('pointerdown', onPress);
  onCleanup(() => document.removeEventListener('pointerdown', onPress));

  return (
    <span
      class="popover"
      ref={(element) => (root = element)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen()) return;
        close();
        button?.focus();
      }}
      onFocusOut={(event) => {
        if (event.relatedTarget !== null && isOutside(event.relatedTarget)) close();
      }}
    >
      <button
        type="button"
        ref={(element) => (button = element)}
        class={props.buttonClass ?? ''}
        aria-label={props.name}
        aria-expanded={isOpen()}
        aria-controls={isOpen() ? id : undefined}
        onClick={() => setOpen(!isOpen())}
      >
        {props.label}
      </button>
      <Show when={isOpen()}>
        <div
          id={id}
          class="sheet"
          classList={{ wide: props.isWide === true }}
          role="group"
          aria-label={props.sheetName}
        >
          {props.children(close)}
        </div>
      </Show>
    </span>
  );
};
