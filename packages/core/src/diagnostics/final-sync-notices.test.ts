import { expect, test } from 'vitest';
import { type FinalSyncCode, FinalSyncNotices } from './final-sync-notices.ts';

const CODES: readonly FinalSyncCode[] = [
  'sync.final_sync_lock_unavailable',
  'sync.auth_refresh_in_progress',
  'sync.websocket_offline',
  'sync.event_loop_unavailable',
  'sync.server_auth_failure',
  'sync.direct_ingress_missing_private_team',
];

function notices(json: boolean) {
  const lines: string[] = [];
  return { lines, notices: new FinalSyncNotices((text) => lines.push(text), json) };
}

test('G-05 (function): one line for each code in a process, on standard error, and none is fatal', () => {
  const { lines, notices: told } = notices(false);
  for (const _ of [1, 2]) for (const code of CODES) told.tell(code, 'no\nluck\t today ');
  expect(lines).toEqual(
    CODES.map(
      (code) =>
        `sync_diagnostic severity=warning diagnostic_code=${code} fatal=false sync_phase=final_sync message=no luck today\n`,
    ),
  );
});

test('T-06 (function): a command with a document prints no line, and its document is one with each of them in it', () => {
  for (const code of CODES) {
    const { lines, notices: told } = notices(true);
    told.tell(code, 'no "luck"');
    told.tell(code, 'again');
    const stdout = `${JSON.stringify({ result: 'success', ...told.inDocument() })}\n`;
    expect(JSON.parse(stdout)).toEqual({
      result: 'success',
      diagnostics: {
        sync: [
          {
            severity: 'warning',
            diagnostic_code: code,
            fatal: false,
            sync_phase: 'final_sync',
            message: 'no "luck"',
          },
        ],
      },
    });
    expect(lines).toEqual([]);
  }
});

test('T-06 (function): a document with nothing to tell is what it was', () => {
  expect(notices(true).notices.inDocument()).toEqual({});
});
