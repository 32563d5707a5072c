/** Values that are usually there at once and sometimes later. Waiting costs a turn of the event loop each time. */
export type Soon<T> = T | Promise<T>;

/** Goes on with a value as soon as it is there: at once, where it is. */
export function after<T, U>(value: Soon<T>, then: (value: T) => Soon<U>): Soon<U> {
  return value instanceof Promise ? value.then(then) : then(value);
}
