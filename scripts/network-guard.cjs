'use strict';

/*
 * Preloaded with NODE_OPTIONS=--require: refuses and records every attempt of a Node process to reach another
 * machine. Loopback, unix sockets and named pipes work as ever. Programs that are not Node are outside its reach.
 *
 *   SPEC_KITTY_NETWORK_REPORT  file that gets one line per refused attempt; without it, nothing is guarded
 *   SPEC_KITTY_NETWORK_ALLOW   host names, separated by commas, that may be reached all the same
 *
 * Children inherit both through the environment, and get them back when a caller builds one of its own.
 */
const { appendFileSync } = require('node:fs');
const childProcess = require('node:child_process');
const dgram = require('node:dgram');
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');

const REPORT = process.env.SPEC_KITTY_NETWORK_REPORT;
const ALLOW = process.env.SPEC_KITTY_NETWORK_ALLOW ?? '';
const allowed = new Set(['localhost', ...ALLOW.split(',').filter(Boolean)]);

const loopback = new net.BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
// The wildcard is what a socket binds to that names no address, and where it is a goal it is this machine.
loopback.addAddress('0.0.0.0', 'ipv4');
loopback.addAddress('::', 'ipv6');

function mayReach(host) {
  const name = host.toLowerCase();
  if (allowed.has(name)) return true;
  const family = net.isIP(name);
  return family !== 0 && loopback.check(name, `ipv${family}`);
}

function refusal(action, host) {
  const program = process.argv.slice(1).join(' ');
  appendFileSync(REPORT, `${action} ${host} by ${program || process.execPath}\n`);
  const error = new Error(`The network guard refused to ${action} ${host}.`);
  return Object.assign(error, { code: 'ENETUNREACH', syscall: action, host });
}

/** Replaces `owner[name]` by what `wrap` makes of it. */
function replace(owner, name, wrap) {
  owner[name] = wrap(owner[name]);
}

function guardSockets() {
  replace(
    net.Socket.prototype,
    'connect',
    (connect) =>
      function guardedConnect(...args) {
        // net.connect() and friends pass one array that is already normalised.
        const [first, second] = Array.isArray(args[0]) ? args[0] : args;
        const target = typeof first === 'object' ? first : { port: first, host: second };
        const isPath = Boolean(target.path) || (typeof first === 'string' && Number.isNaN(Number(first)));
        const host = typeof target.host === 'string' ? target.host : 'localhost';
        if (isPath || mayReach(host)) return connect.apply(this, args);
        const error = refusal('connect', `${host}:${target.port}`);
        this.connecting = true;
        // Later, as a real failure would: an HTTP client attaches its listeners only after this call.
        setImmediate(() => this.destroy(error));
        return this;
      },
  );
}

/** The address comes last in `connect(port, host)` and `send(message, offset, length, port, host)`, before a callback. */
function datagramHost(args) {
  return args.findLast((argument) => typeof argument === 'string') ?? 'localhost';
}

function guardDatagrams() {
  for (const name of ['send', 'connect']) {
    replace(
      dgram.Socket.prototype,
      name,
      (original) =>
        function guardedDatagram(...args) {
          const host = datagramHost(name === 'send' ? args.slice(1) : args);
          if (mayReach(host)) return original.apply(this, args);
          return report(this, args.at(-1), refusal(name, host));
        },
    );
  }
}

/** Hands an error to the callback where there is one, as Node does, else to the socket's listeners. */
function report(socket, callback, error) {
  if (typeof callback === 'function') process.nextTick(callback, error);
  else process.nextTick(() => socket.emit('error', error));
}

const isLookup = (name) => /^(lookup|resolve|reverse)/.test(name) && name !== 'lookupService';

function guardNames() {
  for (const owner of [dns, dns.Resolver.prototype]) {
    for (const name of functionsOf(owner).filter(isLookup)) {
      replace(
        owner,
        name,
        (original) =>
          function guardedLookup(host, ...rest) {
            if (mayReach(String(host))) return original.call(this, host, ...rest);
            process.nextTick(rest.at(-1), refusal(name, host));
            return {};
          },
      );
    }
  }
  for (const owner of [dns.promises, dns.promises.Resolver.prototype]) {
    for (const name of functionsOf(owner).filter(isLookup)) {
      replace(
        owner,
        name,
        (original) =>
          async function guardedLookup(host, ...rest) {
            if (mayReach(String(host))) return original.call(this, host, ...rest);
            throw refusal(name, host);
          },
      );
    }
  }
}

function functionsOf(owner) {
  return Object.getOwnPropertyNames(owner).filter((name) => typeof owner[name] === 'function');
}

/** Adds what puts a child under the same guard to the environment that its caller wrote for it. */
function guardedEnvironment(env) {
  const preload = `--require=${JSON.stringify(__filename)}`;
  const given = env.NODE_OPTIONS ?? '';
  return {
    SPEC_KITTY_NETWORK_REPORT: REPORT,
    SPEC_KITTY_NETWORK_ALLOW: ALLOW,
    ...env,
    NODE_OPTIONS: given.includes(preload) ? given : `${preload} ${given}`.trim(),
  };
}

function guardChildren() {
  replace(
    childProcess.ChildProcess.prototype,
    'spawn',
    (spawn) =>
      function guardedSpawn(options) {
        const env = Object.fromEntries(
          (options.envPairs ?? []).map((pair) => /^(=?[^=]*)=(.*)$/s.exec(pair).slice(1)),
        );
        const envPairs = Object.entries(guardedEnvironment(env)).map(([name, value]) => `${name}=${value}`);
        return spawn.call(this, { ...options, envPairs });
      },
  );
  // The callers that wait do not pass through there. Without an `env` of their own they hand on ours.
  for (const name of ['spawnSync', 'execFileSync', 'execSync']) {
    replace(
      childProcess,
      name,
      (original) =>
        (...args) =>
          original(...args.map(withGuardedEnvironment)),
    );
  }
}

function withGuardedEnvironment(argument) {
  const env = Array.isArray(argument) ? undefined : argument?.env;
  return env ? { ...argument, env: guardedEnvironment(env) } : argument;
}

if (REPORT) {
  guardSockets();
  guardDatagrams();
  guardNames();
  guardChildren();
  syncBuiltinESMExports();
}
