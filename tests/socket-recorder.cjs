'use strict';

/*
 * Preloaded into a process: writes a line into the file named by SOCKET_REPORT for every attempt to use the network,
 * loopback and name lookups included. Pipes to children are no attempt.
 */
const { appendFileSync } = require('node:fs');
const dgram = require('node:dgram');
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');

function record(owner, name, what) {
  const original = owner[name];
  if (typeof original !== 'function') return;
  owner[name] = function recorded(...args) {
    const line = `${what}.${name} ${placeOf(args)} by ${process.argv.slice(1).join(' ')}`;
    appendFileSync(process.env.SOCKET_REPORT, `${line}\n`);
    return original.apply(this, args);
  };
}

/** Host and port, where a call names them as `net` does. */
function placeOf([first]) {
  const { host, port } = Object(Array.isArray(first) ? first[0] : first);
  return `${host}:${port}`;
}

// `tls`, `http` and `fetch` all connect by way of `net`.
record(net.Socket.prototype, 'connect', 'net');
record(net.Server.prototype, 'listen', 'net');
for (const name of ['bind', 'connect', 'send']) record(dgram.Socket.prototype, name, 'dgram');
for (const owner of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype])
  for (const name of Object.getOwnPropertyNames(owner))
    if (/^(lookup|resolve|reverse)/.test(name)) record(owner, name, 'dns');
syncBuiltinESMExports();
