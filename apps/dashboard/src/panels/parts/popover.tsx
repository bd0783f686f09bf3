import type { JSX } from 'solid-js';
import { Show, createSignal, createUniqueId, onCleanup } from 'solid-js';

/**
 * A button that opens a small sheet beneath itself. Escape, a press elsewhere, or leaving it with Tab closes it;
 * Escape gives the focus back to the button. What is inside may close it by the function it is given.
 */
export const Popover = (props: {
  label: JSX.Element;
  /** The button's accessible name where its label alone would not say what it does. */
  name?: string;
  buttonClass?: string;
  sheetName: string;
  /** The sheet is for two columns. */
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
  // A question that something in the sheet asks lies over the whole page, but belongs to the sheet.
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
