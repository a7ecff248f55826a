/** Pictures that few runs need: their code is fetched when one is first opened. */
import { make } from '../dom/make';
import type { Picture, Shown, Twin } from './picture';

const nothing: Twin = { sentence: '', head: [], rows: [] };

/** The picture with this id, which load fetches. */
export function later(id: string, load: () => Promise<Picture>): Picture {
  return {
    id,
    open: (desk) => {
      const body = make('div', { class: 'picture-later' });
      const tools = make('span', { class: 'pane-tools' });
      let shown: Shown | undefined;
      load().then(
        (picture) => {
          shown = picture.open(desk);
          body.append(shown.body);
          tools.append(...shown.tools);
          shown.measure();
          desk.redraw();
        },
        () => body.append(make('p', { class: 'problem' }, desk.say('ui.picture.lost'))),
      );
      return {
        body,
        tools: [tools],
        draw: (scene, follow) => shown?.draw(scene, follow),
        twin: (scene) => shown?.twin(scene) ?? nothing,
        measure: () => shown?.measure(),
        restyle: () => shown?.restyle(),
      };
    },
  };
}
