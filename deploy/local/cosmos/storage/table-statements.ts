import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Many more than the shapes that queries have: what they ask for is bound, not written into the text. */
const REMEMBERED_STATEMENTS = 500;

/**
 * Makes a function that prepares a statement on a table, once as long as it is remembered; `$table` in the text stands for
 * the table's name.
 */
export const statementsOn = (database: DatabaseSync, table: string): ((sql: string) => StatementSync) => {
  const prepared = new Map<string, StatementSync>();
  return (sql) => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql.replaceAll("$table", table));
    if (prepared.size >= REMEMBERED_STATEMENTS) prepared.clear();
    prepared.set(sql, statement);
    return statement;
  };
};
