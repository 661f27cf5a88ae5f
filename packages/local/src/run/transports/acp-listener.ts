import type { Writable } from 'node:stream';
import { answerPermission, type PermissionPlace } from '@spec-kitty/core/run/agents/answer-permission';
import type { Permissions } from '@spec-kitty/core/run/agents/agent-entry';
import { type ReadStream, StreamReader } from '@spec-kitty/core/run/agents/read-stream';
import { parseJson } from '@spec-kitty/core/parse-json';
import { isJsonObject } from '@spec-kitty/core/status/rows/json-value';
import type {
  AnyMessage,
  ClientContext,
  NewSessionRequest,
  NewSessionResponse,
  PromptRequest,
  PromptResponse,
  RequestPermissionRequest,
  Stream,
} from '@agentclientprotocol/sdk';
import type { AgentListener, TurnEnd } from './agent-listener.ts';

type Sdk = typeof import('@agentclientprotocol/sdk');

/** What is said to an agent, and how it is answered. */
export interface AcpTask {
  readonly prompt: string;
  readonly place: PermissionPlace;
  readonly permissions: Permissions;
}

/** An agent does all of this within seconds, or not at all. */
const BEGINNING_MS = 60_000;

/** Talks with an agent in the Agent Client Protocol: it gets one prompt, and a person's answers come from the policy. */
export class AcpListener implements AgentListener {
  readonly turn: Promise<TurnEnd>;
  readonly #reader = new StreamReader('acp');
  readonly #task: AcpTask;
  readonly #sdk: Sdk;
  #messages: ReadableStreamDefaultController<AnyMessage> | undefined;
  #leaveOff: (() => void) | undefined;

  constructor(sdk: Sdk, stdin: Writable | null, task: AcpTask) {
    this.#sdk = sdk;
    this.#task = task;
    this.turn = this.#talk(this.#stream(stdin)).catch((error: unknown) => ({
      done: false,
      reason: `The talk with it broke off: ${error instanceof Error ? error.message : JSON.stringify(error)}`,
    }));
  }

  hear(line: string): void {
    this.#reader.add(line);
    const message = line.startsWith('{') ? parseJson(line) : undefined;
    if (isJsonObject(message) && message['jsonrpc'] === '2.0')
      this.#messages?.enqueue(message as unknown as AnyMessage);
  }

  get read(): ReadStream {
    return this.#reader.read;
  }

  cancel(): void {
    this.#leaveOff?.();
  }

  end(): void {
    this.#messages?.close();
    this.#messages = undefined;
  }

  #stream(stdin: Writable | null): Stream {
    return {
      readable: new ReadableStream<AnyMessage>({
        start: (controller) => void (this.#messages = controller),
        cancel: () => void (this.#messages = undefined),
      }),
      writable: new WritableStream<AnyMessage>({
        write: (message) =>
          new Promise((resolve, reject) => {
            if (!stdin?.writable) return reject(new Error('It hears nothing any more.'));
            stdin.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
          }),
      }),
    };
  }

  #talk(stream: Stream): Promise<TurnEnd> {
    const { client, methods } = this.#sdk;
    return client({ name: 'spec-kitty' })
      .onRequest(methods.client.session.requestPermission, ({ params }) => this.#answer(params))
      .onNotification(methods.client.session.update, () => undefined)
      .connectWith(stream, (agent) => this.#prompt(agent));
  }

  async #prompt(agent: ClientContext): Promise<TurnEnd> {
    const { methods, PROTOCOL_VERSION } = this.#sdk;
    const { prompt, place } = this.#task;
    const soon = { cancellationSignal: AbortSignal.timeout(BEGINNING_MS), stopWaitingOnCancel: true };
    const initialize = {
      protocolVersion: PROTOCOL_VERSION,
      // It has its own ways to files and commands, and the fence is around them.
      clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
    };
    await agent.request(methods.agent.initialize, initialize, soon);
    const start = { cwd: place.workspace, mcpServers: [] };
    const { sessionId } = await agent.request<NewSessionResponse, NewSessionRequest>(
      methods.agent.session.new,
      start,
      soon,
    );
    this.#leaveOff = () =>
      void agent.notify(methods.agent.session.cancel, { sessionId }).catch(() => undefined);
    const { stopReason } = await agent.request<PromptResponse, PromptRequest>(methods.agent.session.prompt, {
      sessionId,
      prompt: [{ type: 'text', text: prompt }],
    });
    return stopReason === 'end_turn'
      ? { done: true, reason: '' }
      : { done: false, reason: `It left off: ${stopReason}.` };
  }

  #answer({ toolCall, options }: RequestPermissionRequest) {
    const optionId = answerPermission(
      this.#task.permissions,
      {
        kind: toolCall.kind ?? null,
        paths: (toolCall.locations ?? []).map(({ path }) => path),
        options: options.map(({ optionId: id, kind }) => ({ id, kind })),
      },
      this.#task.place,
    );
    // For an agent that offers no such answer, "cancelled" is the only other one.
    return optionId === undefined
      ? { outcome: { outcome: 'cancelled' as const } }
      : { outcome: { outcome: 'selected' as const, optionId } };
  }
}
