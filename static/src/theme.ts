/** Runs in the head, before the first paint: applies the theme that was chosen and kept. */
import { applyTheme, keptTheme } from './page/theme';

applyTheme(keptTheme());
