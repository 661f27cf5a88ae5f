import { Fault } from '@spec-kitty/core/fault';

/** Refuses to claim for nobody: who works and who reviews decides who may approve. */
export function requireAgent(agent: string | undefined): string {
  const name = agent?.trim();
  if (name) return name;
  throw new Fault('usage', 'AGENT_REQUIRED', 'Say who acts: pass --agent with a name.', {
    hints: ['For example --agent claude.'],
  });
}
