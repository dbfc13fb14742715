import { sqlMigration } from "@tollbook/service/storage";

/**
 * `total(bigint)` is `sum(bigint)` in 64 bits. PostgreSQL's own sum counts in 128 bits, keeps each
 * in memory of its own and answers in `numeric`; over some 100,000 groups that is most of what a
 * question about usage costs. A total that does not fit is an error, as its cast to bigint was.
 */
export const total = sqlMigration("0080-total", [
  `create aggregate total(bigint) (sfunc = int8pl, stype = bigint, combinefunc = int8pl,
    parallel = safe)`,
]);
