import type { ActionReducer } from '@ngrx/store';
import { SessionActions } from './auth.actions.ts';

/**
 * Empties every area's state when a session ends, so that whoever signs in next sees nothing of the one before. The
 * action still reaches the reducers: it is their first.
 */
export function forgetOnSignOut<S>(reducer: ActionReducer<S>): ActionReducer<S> {
  return (state, action) => {
    const over = action.type === SessionActions.signedOut.type || action.type === SessionActions.ended.type;
    return reducer(over ? undefined : state, action);
  };
}
