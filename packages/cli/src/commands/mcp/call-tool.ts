import path from 'node:path';
import { Fault } from '@spec-kitty/core/fault';
import * as v from 'valibot';
import { buildContext } from '../../build-context.ts';
import type { AppContext } from '../../context.ts';
import { reportOf } from '../../report-failure.ts';
import { toolWords } from './tool-words.ts';
import type { Tool } from './tools.ts';

/** What a call comes to, in the words of the protocol. */
interface ToolResult {
  readonly content: { type: 'text'; text: string }[];
  readonly structuredContent: Record<string, unknown>;
  readonly isError: boolean;
  readonly [key: string]: unknown;
}

/** Carries out one call in the repository that it names. A refusal is a result, with the code and the hints that people get. */
export async function callTool(context: AppContext, tool: Tool, given: unknown): Promise<ToolResult> {
  const warnings: string[] = [];
  try {
    const args = argumentsOf(tool, given);
    const surroundings = {
      cwd: args.repository,
      env: context.env,
      interactive: false,
      // Standard output is the protocol's.
      stdout: () => undefined,
      stderr: (text: string) => void warnings.push(text.trim()),
    };
    const document = await tool.run(buildContext(surroundings, context), args as never);
    return resultOf(document, warnings, false);
  } catch (error) {
    return resultOf(failureDocument(error), warnings, true);
  }
}

/** As `--json` has it, in the words of who calls tools; no hints where there are none. */
function failureDocument(error: unknown): object {
  const { details, error: sentence, error_code, hints } = reportOf(error);
  const words = (text: string) => toolWords(text, details['wp_id']);
  const offered = hints.flatMap((hint) => words(hint) ?? []);
  const said = {
    error: words(sentence) ?? sentence,
    error_code,
    ...(offered.length > 0 ? { hints: offered } : {}),
  };
  return { ...said, ...details, ...said };
}

function argumentsOf(tool: Tool, given: unknown): { repository: string } {
  const parsed = v.safeParse(tool.input, given);
  if (!parsed.success) {
    const problems = parsed.issues.map(problemOf);
    throw new Fault(
      'usage',
      'USAGE_ERROR',
      `The arguments of ${tool.name} do not fit: ${problems.join('; ')}.`,
    );
  }
  const { repository } = parsed.output;
  if (path.isAbsolute(repository)) return parsed.output;
  throw new Fault('usage', 'USAGE_ERROR', `The path of the repository is not absolute: ${repository}`, {
    hints: ['Pass the whole path: the server and its client need not be in the same folder.'],
  });
}

function problemOf(issue: v.BaseIssue<unknown>): string {
  const name = v.getDotPath(issue) ?? 'the whole';
  if (issue.type === 'strict_object' && issue.expected === 'never') return `there is no argument ${name}`;
  if (issue.type === 'strict_object' && issue.received === 'undefined') return `${name} is missing`;
  const expected = issue.expected ?? 'a whole number';
  return `${name} must be ${WORDS[expected] ?? expected.replaceAll(/[()]/g, '').replaceAll(' | ', ' or ')}`;
}

/** What the schemas of the tools expect, as it is said. */
const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  number: 'a number',
  Array: 'a list',
  Object: 'an object',
  '/\\S/': 'a text that is not blank',
};

/** The text is the same document, for clients that show no other; it comes after what a person would be warned of. */
function resultOf(document: object, warnings: readonly string[], isError: boolean): ToolResult {
  const texts = [...warnings, JSON.stringify(document)];
  return {
    content: texts.map((text) => ({ type: 'text', text })),
    structuredContent: { ...document },
    isError,
  };
}
