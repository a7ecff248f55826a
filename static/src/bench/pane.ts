/** A pane: a title, the one question that it answers, tools, a body, and its text twin. */
import { patch } from '../dom/draw';
import { make, setText } from '../dom/make';
import { table } from '../picture/parts';
import type { Twin } from '../picture/picture';
import type { Say } from '../words/say';

export type Pane = {
  readonly id: string;
  readonly root: HTMLElement;
  readonly body: HTMLElement;
  readonly head: HTMLElement;
  /** Draws the twin, if it is what the pane shows. */
  readonly drawTwin: (twin: () => Twin) => void;
  /** Says whether the pane shows its twin instead of the picture. */
  readonly asTable: () => boolean;
  /** Says that the pane cannot show what it should; '' that it can. */
  readonly fails: (text: string) => void;
  /** Shows tabs in the place of the title: the pane shares its place with others. */
  readonly setTabs: (tabs: HTMLElement | undefined) => void;
};

/** What a pane is made of besides its body. */
export type PaneParts = {
  readonly title: string;
  readonly question: string;
  readonly tools?: readonly HTMLElement[];
  /** The pane has a twin; called when it is switched on or off. */
  readonly twin?: { readonly say: Say; readonly flip: () => void };
};

/** A new pane. */
export function pane(id: string, body: HTMLElement, parts: PaneParts): Pane {
  const twinBody = make('div', { class: 'pane-twin', hidden: true, tabindex: '0' });
  const head = make(
    'header',
    { class: 'pane-head' },
    make('h2', {}, parts.title),
    make('small', {}, parts.question),
    make('span', { class: 'pane-gap' }),
    ...(parts.tools ?? []),
  );
  if (parts.twin !== undefined) {
    const { say, flip } = parts.twin;
    const b = make(
      'button',
      { type: 'button', class: 'button tool', 'aria-pressed': 'false' },
      say('ui.picture.table'),
    );
    b.addEventListener('click', () => {
      twinBody.hidden = !twinBody.hidden;
      body.hidden = !twinBody.hidden;
      b.setAttribute('aria-pressed', String(body.hidden));
      flip();
    });
    head.append(b);
  }
  const failure = make('p', { class: 'problem pane-failure', role: 'alert', hidden: true });
  const tabs = make('span', { class: 'log-tabs', hidden: true });
  head.prepend(tabs);
  const root = make(
    'section',
    { class: `pane pane-${id}`, 'data-pane': id, 'aria-label': parts.title },
    head,
    failure,
    body,
    twinBody,
  );
  body.classList.add('pane-body');
  return {
    id,
    root,
    body,
    head,
    asTable: () => !twinBody.hidden,
    fails: (text) => {
      failure.hidden = text === '';
      setText(failure, text);
    },
    setTabs: (content) => {
      tabs.hidden = content === undefined;
      tabs.replaceChildren(...(content === undefined ? [] : [content]));
    },
    drawTwin: (twin) => {
      if (!twinBody.hidden) patch(twinBody, table(twin()));
    },
  };
}
