/** Taking a run along: the menu Share, with a link, a file of the moment, and the forms that a run can have as a file. */
import { fields, list, number, parse, string } from '../event/json';
import { make, scriptText } from '../dom/make';
import { type Item, menu, type Menu } from '../dom/menu';
import type { File } from '../export/export';
import { count, type Say } from '../words/say';
import type { Files } from './drafts';
import type { Params, Settings } from './params';
import type { Run } from './run';

/** What the menu needs of the workbench. */
export type TakingHost = {
  readonly run: () => Run;
  readonly settings: () => Settings;
  readonly files: () => Files;
  /** The address of what is seen, as a fragment. */
  readonly address: () => Promise<string>;
  readonly open: (fragment: string) => Promise<void>;
  readonly copyLink: () => void;
  readonly tell: (text: string) => void;
  readonly trouble: (text: string) => void;
};

/** The longest run that is made into a page or a trace, in events. */
const longest = 1_000_000;
/** The largest file of a moment that is read, in bytes. */
const largest = 2 << 20;
const version = 1;

/** The menu Share of one workbench. */
export class Taking {
  readonly menu: Menu;
  private readonly params: Params;
  private readonly say: Say;
  private readonly host: TakingHost;
  private readonly picker = make('input', { type: 'file', accept: '.json', hidden: true });

  constructor(params: Params, say: Say, host: TakingHost) {
    this.params = params;
    this.say = say;
    this.host = host;
    this.menu = menu({ label: say('ui.share'), title: say('ui.share.title'), cls: 'bar-share' }, () =>
      this.items(),
    );
    this.menu.body.append(this.picker);
    this.picker.addEventListener('change', () => void this.guarded(() => this.openFile()));
  }

  /** Saves a picture as a file. */
  picture(id: string, body: HTMLElement, title: string, form: 'svg' | 'png'): void {
    void this.guarded(async () => {
      const { pictureFile } = await import('../export/export');
      const file = await pictureFile(body, title, `${this.params.lab}-${id}`, form);
      if (file === undefined) this.host.trouble(this.say('ui.share.picture.large'));
      else this.save(file);
    });
  }

  private items(): readonly Item[] {
    const { say, host } = this;
    const run = host.run();
    const none = run.log.count === 0;
    const file = (key: string, limit: number, make: () => Promise<File>): Item => ({
      label: say(`ui.share.${key}`),
      hint: say(`ui.share.${key}.hint`, { most: count(limit) }),
      disabled: none || !run.complete,
      act: () => {
        if (run.log.count > limit) {
          host.trouble(say('ui.share.long', { n: count(run.log.count), most: count(limit) }));
        } else void this.guarded(async () => this.save(await make()));
      },
    });
    const name = this.params.lab;
    return [
      { heading: say('ui.share.moment') },
      { label: say('ui.bar.link'), hint: say('ui.bar.link.title'), disabled: none, act: host.copyLink },
      { label: say('ui.share.save'), disabled: none, act: () => void this.guarded(() => this.saveMoment()) },
      { label: say('ui.share.open'), act: () => this.picker.click() },
      { heading: say('ui.share.run') },
      file('page', longest, () => this.page(name)),
      file('log', Infinity, async () => (await import('../export/export')).logFile(run.log, name)),
      file('trace', longest, async () => (await import('../export/export')).traceFile(run, name)),
    ];
  }

  private async saveMoment(): Promise<void> {
    const text = JSON.stringify({
      interleave: version,
      lab: this.params.lab,
      address: await this.host.address(),
    });
    this.save({
      name: `${this.params.lab}-moment.json`,
      blob: new Blob([text], { type: 'application/json' }),
    });
  }

  private async openFile(): Promise<void> {
    const file = this.picker.files?.[0];
    this.picker.value = '';
    if (file === undefined) return;
    const address = file.size > largest ? undefined : this.momentIn(await file.text());
    if (address === undefined) this.host.trouble(this.say('ui.share.open.bad', { file: file.name }));
    else await this.host.open(address);
  }

  /** The address in a file of a moment of this lab; undefined if it is none. */
  private momentIn(text: string): string | undefined {
    try {
      const f = fields(parse(text), 'moment');
      return number(f, 'interleave') === version && string(f, 'lab') === this.params.lab
        ? string(f, 'address')
        : undefined;
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof TypeError) return undefined; // some other file
      throw error;
    }
  }

  private async page(name: string): Promise<File> {
    const { pageFile } = await import('../export/export');
    const { host, params } = this;
    const run = host.run();
    const [script, style] = await Promise.all(['viewer.js', 'app.css'].map((f) => asset(f)));
    return pageFile(
      {
        title: params.title,
        lang: params.lang,
        lab: params.lab,
        words: scriptText('words'),
        params: this.paramsOfPage(),
        run: JSON.stringify({
          outcome: run.outcome,
          status: 0,
          sentence: run.sentence,
          events: run.log.count,
          address: await host.address(),
        }),
        log: run.log,
        script: script ?? '',
        style: style ?? '',
        note: this.say('ui.share.page.note'),
      },
      name,
    );
  }

  /** The page's own parameters, with the code that ran and nothing that only the server could do. */
  private paramsOfPage(): string {
    const { files, flags, ...settings } = { files: this.host.files(), ...this.host.settings() };
    const given = fields(parse(scriptText(`params-${this.params.lab}`)), 'parameters');
    const page = {
      ...Object.fromEntries(given),
      part: 'demo',
      files: Object.entries(files).map(([name, text]) => ({ name, text, original: text })),
      tests: [],
      flags: list(given, 'flags', (v) => v).filter((v) => flags.has(string(fields(v, 'flag'), 'name'))),
      run: { ...settings, flags: Object.fromEntries(flags) },
      urls: { ws: 'ws://localhost/' },
      token: '',
      nonce: '',
      task: '',
      hints: { total: 0, opened: [] },
      verdict: null,
    };
    return JSON.stringify(page);
  }

  private save(file: File): void {
    const url = URL.createObjectURL(file.blob);
    const a = make('a', { href: url, download: file.name });
    a.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    this.host.tell(this.say('ui.share.saved', { file: file.name }));
  }

  /** Does what may fail on its way, and says so. */
  private async guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.host.trouble(
        this.say('ui.state.failed', { error: error instanceof Error ? error.message : String(error) }),
      );
    }
  }
}

async function asset(name: string): Promise<string> {
  const answer = await fetch(`/static/dist/${name}`);
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.text();
}
