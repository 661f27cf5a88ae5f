/** What has to be there before a hosted command works, besides a login and a server. */
export interface ReadinessNeeds {
  readonly binding: boolean;
  readonly reachability: boolean;
}

const LOGIN: ReadinessNeeds = { binding: false, reachability: false };
const BINDING: ReadinessNeeds = { binding: true, reachability: false };
const SERVER: ReadinessNeeds = { binding: true, reachability: true };

/** What each command behind the gate needs (A§9.4); `null`: nothing is looked at. */
const NEEDS = {
  'tracker providers': null,
  'tracker discover': LOGIN,
  'tracker list-tickets': LOGIN,
  'issue-search': LOGIN,
  'tracker bind': LOGIN,
  'tracker status': BINDING,
  'tracker map add': BINDING,
  'tracker map list': BINDING,
  'tracker unbind': BINDING,
  'tracker sync pull': SERVER,
  'tracker sync push': SERVER,
  'tracker sync run': SERVER,
  'tracker sync publish': SERVER,
} as const satisfies Readonly<Record<string, ReadinessNeeds | null>>;

/** A command that asks for hosted readiness. */
export type HostedCommand = keyof typeof NEEDS;

/** What a command needs with a tracker of this kind; `null`: readiness is not looked at, as a local one has no server. */
export function readinessNeeds(command: HostedCommand, tracker: 'hosted' | 'local'): ReadinessNeeds | null {
  const needs: ReadinessNeeds | null = NEEDS[command];
  return tracker === 'local' && (needs?.binding || command === 'tracker bind') ? null : needs;
}
