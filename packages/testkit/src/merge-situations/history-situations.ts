import { apart, nine, type Changes, type Situation, type SituationCommit } from './situation.ts';

const a = (text: string) => ({ 'a.txt': text });
const at = (changes: Changes, ...parents: readonly string[]): SituationCommit => ({ parents, changes });

/** Situations in which the course of the commits decides. */
export const HISTORY_SITUATIONS: readonly Situation[] = [
  {
    name: 'a target that stayed where the lane began',
    history: { target: at(a('a\n')), lane: at(a('theirs\n'), 'target') },
    lanes: ['lane'],
    outcome: { files: a('theirs\n') },
  },
  apart(
    'a target that went on elsewhere',
    { base: a('a\n'), target: [{ b: '1\n' }, { b: '2\n' }], lane: [a('x\n'), a('theirs\n')] },
    { files: { ...a('theirs\n'), b: '2\n' } },
  ),
  {
    name: 'a lane that is on the target already',
    history: { base: at(a('a\n')), lane: at(a('theirs\n'), 'base'), target: at({ b: 'b\n' }, 'lane') },
    lanes: ['lane'],
    outcome: { files: { ...a('theirs\n'), b: 'b\n' } },
  },
  {
    name: 'a lane whose content is on the target already, in one commit',
    history: {
      base: at(a('a\n')),
      lane1: at(a('one\n'), 'base'),
      lane: at({ ...a('two\n'), b: 'b\n' }, 'lane1'),
      target: at({ ...a('two\n'), b: 'b\n' }, 'base'),
    },
    lanes: ['lane'],
    outcome: { files: { ...a('two\n'), b: 'b\n' } },
  },
  {
    name: 'a target rewritten below the lane, with the same content',
    history: {
      root: at(a(nine())),
      old: at({ b: 'b\n' }, 'root'),
      target: at({ b: 'b\n', c: 'c\n' }, 'root'),
      lane: at(a(nine({ 5: 'theirs' })), 'old'),
    },
    lanes: ['lane'],
    outcome: { files: { ...a(nine({ 5: 'theirs' })), b: 'b\n', c: 'c\n' } },
  },
  {
    name: 'a target rewritten below the lane, with other content',
    history: {
      root: at(a(nine())),
      old: at({ b: 'old\n' }, 'root'),
      target: at({ b: 'rewritten\n' }, 'root'),
      lane: at(a(nine({ 5: 'theirs' })), 'old'),
    },
    lanes: ['lane'],
    outcome: { conflicts: ['lane: add/add b'] },
  },
  {
    name: 'a target set back behind the commit that the lane began at: the lane brings it along',
    history: {
      target: at(a('a\n')),
      dropped: at({ b: 'b\n' }, 'target'),
      lane: at({ c: 'c\n' }, 'dropped'),
    },
    lanes: ['lane'],
    outcome: { files: { ...a('a\n'), b: 'b\n', c: 'c\n' } },
  },
  {
    name: 'histories without a commit in common',
    history: { target: at(a('ours\n')), lane: at({ b: 'theirs\n' }) },
    lanes: ['lane'],
    outcome: { refused: 'UNRELATED_HISTORIES' },
  },
  {
    name: 'a commit of the lane cherry-picked onto the target, which then went on',
    history: {
      base: at(a(nine())),
      lane1: at(a(nine({ 1: 'picked' })), 'base'),
      lane: at({ b: 'theirs\n' }, 'lane1'),
      picked: at(a(nine({ 1: 'picked' })), 'base'),
      target: at(a(nine({ 1: 'picked', 9: 'ours' })), 'picked'),
    },
    lanes: ['lane'],
    outcome: { files: { ...a(nine({ 1: 'picked', 9: 'ours' })), b: 'theirs\n' } },
  },
  {
    name: 'a commit of the lane cherry-picked onto the target and reverted there: Git would bring it back',
    history: {
      base: at(a(nine())),
      lane: at(a(nine({ 5: 'theirs' })), 'base'),
      picked: at(a(nine({ 5: 'theirs' })), 'base'),
      target: at({ ...a(nine()), b: 'ours\n' }, 'picked'),
    },
    lanes: ['lane'],
    outcome: { refused: 'LANDING_REVERTED' },
    git: { files: { ...a(nine({ 5: 'theirs' })), b: 'ours\n' } },
  },
  {
    name: 'a lane merged and reverted on the target, which then goes on: the revert stands',
    history: {
      base: at(a(nine())),
      lane1: at(a(nine({ 5: 'reverted' })), 'base'),
      merge: at(a(nine({ 5: 'reverted' })), 'base', 'lane1'),
      target: at(a(nine()), 'merge'),
      lane: at({ b: 'theirs\n' }, 'lane1'),
    },
    lanes: ['lane'],
    outcome: { files: { ...a(nine()), b: 'theirs\n' } },
  },
  {
    name: 'a line changed and changed back in the lane, changed for good on the target',
    history: {
      base: at(a(nine())),
      there: at(a(nine({ 5: 'tried' })), 'base'),
      lane: at({ ...a(nine()), b: 'theirs\n' }, 'there'),
      target: at(a(nine({ 5: 'ours' })), 'base'),
    },
    lanes: ['lane'],
    outcome: { files: { ...a(nine({ 5: 'ours' })), b: 'theirs\n' } },
  },
  {
    name: 'a lane that merged the target and resolved a conflict in the merge',
    history: {
      base: at(a(nine())),
      target: at(a(nine({ 5: 'ours' })), 'base'),
      lane1: at(a(nine({ 5: 'theirs' })), 'base'),
      lane: at(a(nine({ 5: 'both' })), 'lane1', 'target'),
    },
    lanes: ['lane'],
    outcome: { files: a(nine({ 5: 'both' })) },
  },
  {
    name: 'a lane that merged the target, which then went on',
    history: {
      base: at(a(nine())),
      target1: at(a(nine({ 1: 'ours' })), 'base'),
      lane1: at(a(nine({ 9: 'theirs' })), 'base'),
      lane: at(a(nine({ 1: 'ours', 9: 'theirs' })), 'lane1', 'target1'),
      target: at({ b: 'ours\n' }, 'target1'),
    },
    lanes: ['lane'],
    outcome: { files: { ...a(nine({ 1: 'ours', 9: 'theirs' })), b: 'ours\n' } },
  },
  {
    name: 'criss-cross: both sides merged each other, and went on',
    history: {
      base: at(a(nine())),
      ours: at(a(nine({ 1: 'ours' })), 'base'),
      theirs: at(a(nine({ 9: 'theirs' })), 'base'),
      cross: at(a(nine({ 1: 'ours', 9: 'theirs' })), 'ours', 'theirs'),
      criss: at(a(nine({ 1: 'ours', 9: 'theirs' })), 'theirs', 'ours'),
      target: at(a(nine({ 1: 'ours', 3: 'more', 9: 'theirs' })), 'cross'),
      lane: at(a(nine({ 1: 'ours', 7: 'more', 9: 'theirs' })), 'criss'),
    },
    lanes: ['lane'],
    outcome: { files: a(nine({ 1: 'ours', 3: 'more', 7: 'more', 9: 'theirs' })) },
  },
  {
    name: 'criss-cross with a conflict that both sides resolved alike',
    history: {
      base: at(a(nine())),
      ours: at(a(nine({ 5: 'ours' })), 'base'),
      theirs: at(a(nine({ 5: 'theirs' })), 'base'),
      cross: at(a(nine({ 5: 'both' })), 'ours', 'theirs'),
      criss: at(a(nine({ 5: 'both' })), 'theirs', 'ours'),
      target: at(a(nine({ 1: 'more', 5: 'both' })), 'cross'),
      lane: at(a(nine({ 5: 'both', 9: 'more' })), 'criss'),
    },
    lanes: ['lane'],
    outcome: { files: a(nine({ 1: 'more', 5: 'both', 9: 'more' })) },
  },
  {
    name: 'criss-cross with a conflict that the sides resolved differently',
    history: {
      base: at(a(nine())),
      ours: at(a(nine({ 5: 'ours' })), 'base'),
      theirs: at(a(nine({ 5: 'theirs' })), 'base'),
      target: at(a(nine({ 5: 'ours' })), 'ours', 'theirs'),
      lane: at(a(nine({ 5: 'theirs' })), 'theirs', 'ours'),
    },
    lanes: ['lane'],
    outcome: { conflicts: ['lane: content a.txt'] },
  },
  {
    name: 'criss-cross in which one ancestor deleted what the other changed',
    history: {
      base: at({ ...a(nine()), b: 'b\n' }),
      ours: at({ 'a.txt': null }, 'base'),
      theirs: at(a(nine({ 5: 'theirs' })), 'base'),
      target: at({ ...a(nine({ 5: 'theirs' })), c: 'ours\n' }, 'ours', 'theirs'),
      lane1: at({}, 'theirs', 'ours'),
      lane: at({ b: 'more\n' }, 'lane1'),
    },
    lanes: ['lane'],
    outcome: { files: { ...a(nine({ 5: 'theirs' })), b: 'more\n', c: 'ours\n' } },
  },
  {
    name: 'three last common ancestors, each with a change of its own',
    history: {
      base: at({ a: nine(), b: nine(), c: nine() }),
      one: at({ a: nine({ 1: 'one' }) }, 'base'),
      two: at({ b: nine({ 1: 'two' }) }, 'base'),
      three: at({ c: nine({ 1: 'three' }) }, 'base'),
      target1: at({ b: nine({ 1: 'two' }), c: nine({ 1: 'three' }) }, 'one', 'two', 'three'),
      target: at({ b: nine() }, 'target1'),
      lane1: at({ a: nine({ 1: 'one' }), b: nine({ 1: 'two' }) }, 'three', 'two', 'one'),
      lane: at({ d: 'd\n' }, 'lane1'),
    },
    lanes: ['lane'],
    outcome: { files: { a: nine({ 1: 'one' }), b: nine(), c: nine({ 1: 'three' }), d: 'd\n' } },
  },
];
