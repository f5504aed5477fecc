import { Observable } from 'rxjs';

/** A call as an observable: made when subscribed to, aborted when unsubscribed from. */
export function call<T>(make: (options: { signal: AbortSignal }) => Promise<T>): Observable<T> {
  return new Observable((subscriber) => {
    const controller = new AbortController();
    make({ signal: controller.signal }).then(
      (value) => {
        subscriber.next(value);
        subscriber.complete();
      },
      (thrown) => subscriber.error(thrown),
    );
    return () => controller.abort();
  });
}
