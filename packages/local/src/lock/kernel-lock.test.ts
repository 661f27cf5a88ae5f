import { lockContract } from '@spec-kitty/testkit/lock-contract';
import { describe } from 'vitest';
import { kernelLock, loadNativeLock } from './kernel-lock.ts';

describe.skipIf(!loadNativeLock())('[needs the native library for this platform]', () => {
  lockContract({ open: kernelLock, module: '@spec-kitty/local/lock/kernel-lock', exportName: 'kernelLock' });
});
