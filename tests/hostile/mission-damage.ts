import type { HostileWorld } from './hostile-world.ts';

/** Path of a mission's file. */
export const mission = (name: string) => (world: HostileWorld) => `${world.mission.folder}/${name}`;

/** Writes files of the mission. */
export function inMission(files: Readonly<Record<string, string>>): (world: HostileWorld) => void {
  return (world) =>
    world.write(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [mission(name)(world), text])),
    );
}

/** Adds lines to the frontmatter of WP02. */
export function frontmatter(...lines: string[]): (world: HostileWorld) => void {
  return (world) => {
    const file = mission('tasks/WP02-package.md')(world);
    const keys = new Set(lines.map((line) => line.split(':')[0]));
    const kept = world.mission.repository
      .read(file)
      .split('\n')
      .filter((line) => !keys.has(line.split(':')[0] ?? ''));
    world.write({ [file]: [kept[0], ...lines, ...kept.slice(1)].join('\n') });
  };
}

/** Changes a JSON document of the mission. */
export function editJson(
  name: string,
  edit: (document: Record<string, unknown>) => void,
): (world: HostileWorld) => void {
  return (world) => {
    const file = mission(name)(world);
    const document = JSON.parse(world.mission.repository.read(file)) as Record<string, unknown>;
    edit(document);
    world.write({ [file]: JSON.stringify(document) });
  };
}

/** Writes the project's settings; `CANARY` stands for its path. */
export function config(text: string): (world: HostileWorld) => void {
  return (world) => world.write({ '.kittify/config.yaml': text.replaceAll('CANARY', world.canary) });
}

/** Adds a row to the mission's log, as it is in the checkout. */
export function addToLog(text: (world: HostileWorld) => string): (world: HostileWorld) => void {
  return (world) => {
    const file = mission('status.events.jsonl')(world);
    world.write({ [file]: world.mission.repository.read(file) + text(world) });
  };
}

/** A row like the last one, with other values. */
export function rowLike(world: HostileWorld, more: Readonly<Record<string, unknown>>): string {
  const rows = world.mission.repository
    .read(mission('status.events.jsonl')(world))
    .trim()
    .split('\n')
    .filter((row) => row.includes('to_lane'));
  return `${JSON.stringify({ ...(JSON.parse(rows.at(-1) ?? '') as object), ...more })}\n`;
}
