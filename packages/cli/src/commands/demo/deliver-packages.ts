import { packageScript } from '../../demo-project/packages.ts';
import {
  type DemoStep,
  implementPackage,
  judgePackage,
  type Report,
  type DemoSurroundings,
} from './scripted-agent.ts';

/** Names of the scripted agents; each of them both implements and reviews. */
export const AGENTS = ['ada', 'grace', 'alan'] as const;

/**
 * Lets the agents work in rounds until every package is approved.
 *
 * In a round each agent asks `next`, takes what it names, and starts in a worktree of its own while the others
 * still ask. Then they report, one after the other. Who asks first alternates, so that nobody always comes last.
 */
export async function deliverPackages(surroundings: DemoSurroundings): Promise<readonly DemoStep[]> {
  const history: DemoStep[] = [];
  for (let round = 0; ; round += 1) {
    const { action, reason } = await surroundings.commands.next();
    if (action === 'accept') return history;
    const order = round % 2 === 0 ? AGENTS : [...AGENTS.slice(1), ...AGENTS.slice(0, 1)];
    const turns: Turn[] = [];
    for (const agent of order) turns.push(...(await takeTurn(surroundings, { agent, history })));
    if (turns.length === 0) throw new Error(`No agent can go on: ${reason}`);
    for (const report of await Promise.all(turns.map(({ work }) => work))) history.push(await report());
  }
}

/** Work on a package that has been claimed. */
interface Turn {
  readonly work: Promise<Report>;
}

/** Claims what `next` names for an agent and starts on it; nothing, when there is nothing for this one. */
async function takeTurn(
  surroundings: DemoSurroundings,
  { agent, history }: { agent: string; history: readonly DemoStep[] },
): Promise<readonly Turn[]> {
  const { commands, say } = surroundings;
  const { action, wp_id: wp } = await commands.next(agent);
  if (wp === null) return [];
  const { title } = packageScript(wp);
  const attempts = history.filter((step) => step.kind === 'implemented' && step.wp === wp);
  if (action === 'implement') {
    const assignment = await commands.implement(agent, wp);
    say(agent, `implements ${wp} ${attempts.length > 0 ? 'again ' : ''}(${title}) on ${assignment.branch}`);
    return [underway(implementPackage(surroundings, { agent, attempt: attempts.length + 1, assignment }))];
  }
  // Nobody reviews their own work, even where `next` has nothing else to name.
  if (action !== 'review' || attempts.some((step) => step.agent === agent)) return [];
  const assignment = await commands.review(agent, wp);
  say(agent, `reviews ${wp} (${title}) by ${attempts.at(-1)?.agent ?? ''}`);
  return [underway(judgePackage(surroundings, { agent, assignment }))];
}

/** Lets work go on by itself; it is awaited later, and a failure is heard of then. */
function underway(work: Promise<Report>): Turn {
  work.catch(() => undefined);
  return { work };
}
