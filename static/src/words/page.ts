/** The words of the page's language, which stand on it once for everything that says something. */
import { scriptText } from '../dom/make';
import { parse, texts } from '../event/json';
import { type Say, sayer } from './say';

export function pageSayer(): Say {
  return sayer(texts(new Map([['words', parse(scriptText('words'))]]), 'words'));
}
