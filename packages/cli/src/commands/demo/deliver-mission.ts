import { PACKAGES } from '../../demo-project/packages.ts';
import { type DemoStep, implementPackage, judgePackage, type Report, type Surroundings } from './scripted-agent.ts';

/** Names of the scripted agents; each of them both implements and reviews. */
export const AGENTS = ['ada', 'grace', 'alan'] as const;

/**
 * Lets the agents work in rounds until every package is approved.
 *
 * In a round each agent asks `next` and takes what it names. Then all work at the same time, each in a worktree,
 * and report one after the other. Who asks first alternates, so that nobody always gets the first package.
 */
export async function deliverPackages(surroundings: Surroundings): Promise<readonly DemoStep[]> {
  const history: DemoStep[] = [];
  for (let round = 0; ; round += 1) {
    const { action, reason } = await surroundings.commands.next();
    if (action === 'accept') return history;
    const order = round % 2 === 0 ? AGENTS : [...AGENTS.slice(1), ...AGENTS.slice(0, 1)];
    const turns: Turn[] = [];
    for (const agent of order) turns.push(...(await takeTurn(surroundings, { agent, history })));
    if (turns.length === 0) throw new Error(`No agent can go on: ${reason}`);
    for (const report of await Promise.all(turns.map((work) => work()))) history.push(await report());
  }
}

/** Work on a package that has been claimed. */
type Turn = () => Promise<Report>;

/** Claims what `next` names for an agent; nothing, when there is nothing for this one. */
async function takeTurn(
  surroundings: Surroundings,
  { agent, history }: { agent: string; history: readonly DemoStep[] },
): Promise<readonly Turn[]> {
  const { commands, say } = surroundings;
  const { action, wp_id: wp } = await commands.next(agent);
  const attempts = history.filter((step) => step.kind === 'implemented' && step.wp === wp);
  const title = PACKAGES.find(({ id }) => id === wp)?.title ?? '';
  if (action === 'implement' && wp !== null) {
    const assignment = await commands.implement(agent, wp);
    const again = attempts.length > 0 ? 'again ' : '';
    say(agent, `implements ${wp} ${again}(${title}) on ${assignment.branch}`);
    return [() => implementPackage(surroundings, { agent, attempt: attempts.length + 1, assignment })];
  }
  // Nobody reviews their own work, even where `next` has nothing else to name.
  if (action === 'review' && wp !== null && !attempts.some((step) => step.agent === agent)) {
    const assignment = await commands.review(agent, wp);
    say(agent, `reviews ${wp} (${title}) by ${attempts.at(-1)?.agent ?? ''}`);
    return [() => judgePackage(surroundings, { agent, attempt: attempts.length, assignment })];
  }
  return [];
}
