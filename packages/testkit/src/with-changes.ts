/** The same object with some members exchanged, also where it keeps private fields: it stays its own `this`. */
export function withChanges<T extends object>(subject: T, changes: Partial<T>): T {
  return new Proxy(subject, {
    get(target, key) {
      const changed: unknown = Reflect.get(changes, key);
      if (changed !== undefined) return changed;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
