import type { Aggregate, DomainEvent } from "../../actors/kernel/aggregate.ts";

/** When everything in a specification happens. */
export const specificationTime = "2026-01-02T03:04:05.678Z";

/** The state that a history adds up to, each of its events as it comes back from the store. */
export const stateAfter = <State, Command, Event extends DomainEvent>(
  aggregate: Aggregate<State, Command, Event>,
  history: readonly Event[],
): State =>
  history.reduce((state, event) => {
    const stored: unknown = JSON.parse(JSON.stringify(event.data));
    const decoded = aggregate.decodeEvent(event.type, aggregate.schemaVersionOf(event.type), stored);
    return aggregate.evolve(state, decoded, specificationTime);
  }, aggregate.initial);
