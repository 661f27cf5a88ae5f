import { nine, type Changes, type Situation, type SituationCommit } from './situation.ts';

const a = (text: string) => ({ 'a.txt': text });
const at = (changes: Changes, ...parents: readonly string[]): SituationCommit => ({ parents, changes });

/** Situations with several lanes. */
export const LANE_SITUATIONS: readonly Situation[] = [
  {
    name: 'two lanes with different files',
    history: { target: at(a('a\n')), one: at({ b: 'b\n' }, 'target'), two: at({ c: 'c\n' }, 'target') },
    lanes: ['one', 'two'],
    outcome: { files: { ...a('a\n'), b: 'b\n', c: 'c\n' } },
  },
  {
    name: 'two lanes with one file, in different places',
    history: {
      base: at(a(nine())),
      target: at(a(nine({ 5: 'ours' })), 'base'),
      one: at(a(nine({ 1: 'one' })), 'base'),
      two: at(a(nine({ 9: 'two' })), 'base'),
    },
    lanes: ['one', 'two'],
    outcome: { files: a(nine({ 1: 'one', 5: 'ours', 9: 'two' })) },
  },
  {
    name: 'two lanes with the same change',
    history: {
      target: at(a(nine())),
      one: at(a(nine({ 5: 'same' })), 'target'),
      two: at({ ...a(nine({ 5: 'same' })), b: 'two\n' }, 'target'),
    },
    lanes: ['one', 'two'],
    outcome: { files: { ...a(nine({ 5: 'same' })), b: 'two\n' } },
  },
  {
    name: 'two lanes that conflict with each other, and a third that does not',
    history: {
      target: at(a(nine())),
      one: at(a(nine({ 5: 'one' })), 'target'),
      two: at(a(nine({ 5: 'two' })), 'target'),
      three: at({ b: 'three\n' }, 'target'),
    },
    lanes: ['one', 'two', 'three'],
    outcome: { conflicts: ['two: content a.txt'] },
  },
  {
    name: 'a lane on top of another',
    history: {
      target: at(a(nine())),
      one: at(a(nine({ 1: 'one' })), 'target'),
      two: at(a(nine({ 1: 'one, then two' })), 'one'),
    },
    lanes: ['one', 'two'],
    outcome: { files: a(nine({ 1: 'one, then two' })) },
  },
  {
    name: 'a lane on top of another that has gone on since',
    history: {
      target: at(a(nine())),
      early: at(a(nine({ 1: 'one' })), 'target'),
      one: at(a(nine({ 1: 'one', 5: 'late' })), 'early'),
      two: at(a(nine({ 1: 'one', 9: 'two' })), 'early'),
    },
    lanes: ['one', 'two'],
    outcome: { files: a(nine({ 1: 'one', 5: 'late', 9: 'two' })) },
  },
  {
    name: 'a lane on two others, merged into it',
    history: {
      target: at(a(nine())),
      one: at(a(nine({ 1: 'one' })), 'target'),
      two: at(a(nine({ 5: 'two' })), 'target'),
      both: at(a(nine({ 1: 'one', 5: 'two' })), 'one', 'two'),
      three: at(a(nine({ 1: 'one', 5: 'two', 9: 'three' })), 'both'),
    },
    lanes: ['one', 'two', 'three'],
    outcome: { files: a(nine({ 1: 'one', 5: 'two', 9: 'three' })) },
  },
  {
    name: 'a lane renames what another changes',
    history: {
      target: at({ old: nine() }),
      one: at({ old: nine({ 5: 'one' }) }, 'target'),
      two: at({ old: null, new: nine() }, 'target'),
    },
    lanes: ['one', 'two'],
    outcome: { files: { new: nine({ 5: 'one' }) } },
  },
  {
    name: 'a lane undoes what another has done',
    history: {
      target: at(a(nine())),
      one: at({ ...a(nine({ 5: 'one' })), b: 'b\n' }, 'target'),
      two: at({ ...a(nine()), c: 'c\n' }, 'one'),
    },
    lanes: ['one', 'two'],
    outcome: { files: { ...a(nine()), b: 'b\n', c: 'c\n' } },
  },
];
