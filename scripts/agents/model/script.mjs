/**
 * What the scripted model does next, by the prompt of a run and the number of things that it has done already: it writes
 * a file, commits it and reports; or it tries what somebody else has written, and gives its verdict.
 *
 * @param tools `{ shell, write }`: how the agent that asks has commands run and files written; `write` may be missing.
 * @returns a call of a tool, or a text, which ends the work.
 */
export function nextAction(prompt, done, { shell, write }) {
  const task = readTask(prompt);
  // Agents also ask for titles and the like.
  if (task === undefined) return { text: 'Nothing to do.' };
  const steps = (task.role === 'review' ? review : implement)(task, { shell, write });
  return steps[done] ?? { text: `${task.wp} is done.` };
}

function readTask(prompt) {
  const [, role, wp] =
    /^# (Implement|Review|Fix Mode:) (WP\d+)/m.exec(prompt)?.map((one) => one.toLowerCase()) ?? [];
  const workspace = /^- Work in: `([^`]+)`/m.exec(prompt)?.[1];
  const report = /^Write one JSON object to `([^`]+)`/m.exec(prompt)?.[1];
  if (workspace === undefined || report === undefined) return undefined;
  // A mission may ask for one, so that a review has something to find.
  const isWrong = role === 'implement' && prompt.includes('The first attempt is wrong.');
  return { role, wp, workspace, report, isWrong };
}

function implement({ wp, workspace, report, isWrong }, { shell, write }) {
  const file = `${workspace}/src/${wp}.mjs`;
  const source = `export const ${wp} = () => ${isWrong ? 1 : 2};\n`;
  const commit = `git add -A && git commit --quiet -m '${wp}: what it returns'`;
  const written = write
    ? [write(file, source)]
    : [shell(`mkdir -p '${workspace}/src' && printf '%s' '${source}' > '${file}'`)];
  return [
    ...written,
    shell(`cd '${workspace}' && ${commit}`),
    shell(`printf '%s' '{"subtasks_done": []}' > '${report}'`),
  ];
}

function review({ wp, workspace, report }, { shell }) {
  const tried = `import('${workspace}/src/${wp}.mjs').then((it) => process.exit(it.${wp}() === 2 ? 0 : 1))`;
  const yes = `{"verdict": "approved", "summary": "${wp} returns two"}`;
  const no = `{"verdict": "changes_requested", "summary": "${wp} does not return two", "findings": ["src/${wp}.mjs:1: return 2"]}`;
  return [
    shell(
      `if node -e "${tried}"; then printf '%s' '${yes}' > '${report}'; else printf '%s' '${no}' > '${report}'; fi`,
    ),
  ];
}
