/** How a question of Predict looks, and what is said once it was answered. */
import { type Content, h } from '../dom/draw';
import { must } from '../event/check';
import type { Say } from '../words/say';
import type { Quiz } from './quiz';

/** The open question, or what became of the last one; nothing if there is neither. */
export function quizWords(quiz: Quiz, say: Say): Content {
  const { question, answered } = quiz;
  if (question !== undefined) {
    return h(
      'div',
      { key: 'quiz', class: 'say-choice say-quiz' },
      h('b', { class: 'choice-question' }, say('ui.quiz'), ' ', question.text),
      h(
        'ol',
        { class: 'choice-list' },
        question.options.map((text, i) =>
          h(
            'li',
            { key: i },
            h(
              'button',
              { type: 'button', class: 'choice', 'data-answer': i },
              h('kbd', {}, String(i + 1)),
              h('bdi', {}, text),
            ),
          ),
        ),
      ),
    );
  }
  if (answered === undefined) return '';
  const { right } = answered;
  const truth = must(answered.question.options[answered.question.right], 'option');
  return h(
    'p',
    { key: 'quizzed', role: 'status', class: `say-quizzed ${right ? 'say-good' : 'say-wrong'}` },
    h('b', {}, say(right ? 'ui.quiz.right' : 'ui.quiz.wrong', { truth })),
    ' ',
    h('span', { class: 'say-rule' }, answered.question.rule),
    ' ',
    h('span', { class: 'dim' }, say('ui.quiz.count', { right: quiz.right, total: quiz.total })),
  );
}
