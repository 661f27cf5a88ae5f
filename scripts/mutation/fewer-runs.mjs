import fc from 'fast-check';

// The same examples for every mutant, and few of them: a mutant that only a rare one would kill counts as survived.
fc.configureGlobal({ numRuns: 30, seed: 1 });
