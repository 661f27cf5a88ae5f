import { expect, test } from 'vitest';
import { readAcceptanceMatrix } from './acceptance-matrix.ts';
import { acceptanceVerdict } from './acceptance-verdict.ts';

const criterion = (pass_fail: unknown, more: object = {}) => ({
  criterion_id: 'FR-001',
  description: 'Invoices are exported',
  proof_type: 'automated_test',
  evidence: null,
  pass_fail,
  ...more,
});
const invariant = (result: unknown) => ({ invariant_id: 'NI-1', description: 'No totals twice', result });

function verdict(criteria: unknown, invariants?: unknown) {
  const matrix = readAcceptanceMatrix(JSON.stringify({ criteria, negative_invariants: invariants }));
  return matrix.ok ? acceptanceVerdict(matrix.rows) : matrix;
}

// L§8.2, in the order in which it decides.
test.each([
  ['pending', [], []],
  ['pending', null, undefined],
  ['fail', [criterion('n/a'), criterion('pending')], []],
  ['fail', [criterion('pass')], [invariant('pass')]],
  ['fail', [criterion('fail'), criterion('pending')], []],
  ['fail', [criterion('pass')], [invariant('still_present')]],
  ['fail', [criterion('pass')], [invariant('verification_error')]],
  ['pending', [criterion('pass'), criterion('pending')], [invariant('deferred_to_consolidation')]],
  ['pending', [criterion(null)], []],
  ['pending', [criterion('pass')], [invariant(undefined)]],
  ['pending', [criterion('pass')], ['A sentence that nobody has judged']],
  ['pass_pending_consolidation', [criterion('pass')], [invariant('deferred_to_consolidation')]],
  ['pass', [criterion('pass')], [invariant('confirmed_absent')]],
  ['pass', [{ id: 'FR-001', pass_fail: 'pass', wp: 'WP01' }], []],
] as const)('%s: of %j and %j', (expected, criteria, invariants) => {
  expect(verdict(criteria, invariants)).toBe(expected);
});

test('a placeholder counts only where there is nothing else; a requirement is none', () => {
  const placeholder = { criterion_id: 'AC-1', description: 'TODO: fill in' };
  expect(verdict([placeholder, criterion('pass')])).toBe('pass');
  expect(verdict([placeholder])).toBe('pending');
  expect(verdict([{ ...placeholder, description: '' }, criterion('pass')])).toBe('pass');
  for (const more of [{ evidence: 'a test' }, { description: 'Fast' }, { criterion_id: 'FR-002' }])
    expect(verdict([{ ...placeholder, ...more }, criterion('pass')])).toBe('pending');
});
