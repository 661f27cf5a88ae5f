import type { JSONRPCMessage, RequestId, Transport } from '@modelcontextprotocol/server';

/** Is answered when the connection ends, so nothing waits for it. */
const LASTING = 'subscriptions/listen';

/**
 * Lets a transport that is served close only once every request has its answer, and tells when it has closed.
 *
 * The official SDK closes with its input and drops what is under way; a client that has nothing more to ask may still read.
 */
export function answerBeforeClosing(transport: Transport): Promise<void> {
  const open = new Set<RequestId>();
  const waiting: (() => void)[] = [];
  const settle = (id: unknown) => {
    open.delete(id as RequestId);
    if (open.size === 0) for (const resume of waiting.splice(0)) resume();
  };
  const { onmessage, onclose } = transport;
  const send = transport.send.bind(transport);
  const close = transport.close.bind(transport);
  return new Promise((closed) => {
    const replaced: Partial<Transport> = {
      onmessage: (message, extra) => {
        if (isRequest(message) && message.method !== LASTING) open.add(message.id);
        // What was canceled gets no answer.
        if ('method' in message && message.method === 'notifications/cancelled')
          settle(message.params?.['requestId']);
        onmessage?.(message, extra);
      },
      send: (message, options) =>
        send(message, options).finally(() => {
          if (!('method' in message)) settle(message.id);
        }),
      close: async () => {
        if (open.size > 0) await new Promise<void>((resolve) => void waiting.push(resolve));
        await close();
      },
      onclose: () => {
        onclose?.();
        closed();
      },
    };
    Object.assign(transport, replaced);
  });
}

function isRequest(
  message: JSONRPCMessage,
): message is Extract<JSONRPCMessage, { method: string; id: RequestId }> {
  return 'method' in message && 'id' in message;
}
