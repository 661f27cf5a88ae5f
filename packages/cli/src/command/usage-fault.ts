import { Fault } from '@spec-kitty/core/fault';
import {
  type AliasNotFoundError,
  type ArgumentParseError,
  ArgumentScannerError,
  type EnumValidationError,
  FlagNotFoundError,
  formatMessageForArgumentScannerError,
  type InvalidNegatedFlagSyntaxError,
  type RouteMap,
  type UnexpectedFlagError,
  type UnexpectedPositionalError,
  type UnsatisfiedFlagError,
  type UnsatisfiedPositionalError,
} from '@stricli/core';
import type { AppContext } from '../context.ts';
import { namedBy } from './named-by.ts';

/** What was typed, and the commands that there are. */
export interface Typed {
  readonly argv: readonly string[];
  readonly root: RouteMap<AppContext>;
}

/** Says in our words why a command line does not fit its command; any other error is returned as it is. */
export function usageFault(error: unknown, { argv, root }: Typed): unknown {
  if (!(error instanceof ArgumentScannerError)) return error;
  const meant = error instanceof FlagNotFoundError ? error.corrections : [];
  const hints = [
    ...(meant.length > 0 ? [`Did you mean ${meant.map((name) => `--${name}`).join(' or ')}?`] : []),
    `Run \`${namedBy(argv, root)} --help\` to see what it takes.`,
  ];
  const sentence = formatMessageForArgumentScannerError(error, sentences(argv));
  return new Fault('usage', 'USAGE_ERROR', sentence, { hints });
}

/** A sentence for each class of error that there is. */
function sentences(argv: readonly string[]) {
  const isGiven = (flag: string) => argv.some((word) => word === flag || word.startsWith(`${flag}=`));
  return {
    FlagNotFoundError: ({ input }: FlagNotFoundError) => `There is no option --${input}.`,
    AliasNotFoundError: ({ input }: AliasNotFoundError) => `There is no option -${input}.`,
    UnsatisfiedFlagError: ({ externalFlagName }: UnsatisfiedFlagError) => {
      const flag = `--${externalFlagName}`;
      return isGiven(flag) ? `${flag} needs a value.` : `${flag} is missing.`;
    },
    UnexpectedFlagError: ({ externalFlagName, previousInput, input }: UnexpectedFlagError) =>
      `--${externalFlagName} is given twice: as "${previousInput}" and as "${input}".`,
    InvalidNegatedFlagSyntaxError: ({ externalFlagName }: InvalidNegatedFlagSyntaxError) =>
      `--${externalFlagName} takes no value.`,
    EnumValidationError: ({ externalFlagName, input, values }: EnumValidationError) =>
      noValue(input, `--${externalFlagName}`, `one of ${values.join(', ')}`),
    ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, input, exception }: ArgumentParseError) =>
      noValue(input, isFlag(name) ? `--${name}` : name, wanted(exception)),
    UnsatisfiedPositionalError: ({ placeholder }: UnsatisfiedPositionalError) =>
      `A value for ${placeholder} is missing.`,
    UnexpectedPositionalError: ({ input }: UnexpectedPositionalError) =>
      `"${input}" is one argument too many.`,
  };
}

function noValue(input: string, name: string, takes: string): string {
  return `"${input}" is no value for ${name}, which takes ${takes}.`;
}

/** Placeholders of arguments have capitals. */
function isFlag(name: string): boolean {
  return name === name.toLowerCase();
}

/** Our own parsers throw what they take; the framework's own, which is the one for switches, throws a sentence. */
function wanted(exception: unknown): string {
  const said = exception instanceof Error ? exception.message : '';
  return said.startsWith('Cannot convert') ? 'true or false' : said;
}
