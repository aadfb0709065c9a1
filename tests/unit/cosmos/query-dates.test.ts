import { describe, expect, test } from "@jest/globals";
import { evaluate, NOW_MS } from "./query-language.ts";

describe("dates and times", () => {
  test.each([
    ["DateTimeAdd('yyyy', 1, '2020-07-03T00:00:00.0000000')", "2021-07-03T00:00:00.0000000Z"],
    ["DateTimeAdd('mm', -1, '2020-07-03T00:00:00.0000000')", "2020-06-03T00:00:00.0000000Z"],
    ["DateTimeAdd('mm', 1, '2020-01-31')", "2020-02-29T00:00:00.0000000Z"],
    ["DateTimeAdd('yyyy', 1, '2020-02-29')", "2021-02-28T00:00:00.0000000Z"],
    ["DateTimeAdd('mm', -14, '2020-01-31')", "2018-11-30T00:00:00.0000000Z"],
    ["DateTimeAdd('hh', -1, '2020-07-03T00:00:00.0000000')", "2020-07-02T23:00:00.0000000Z"],
    ["DateTimeAdd('ss', 5 * -5, '2020-07-03T00:00:00.0000000')", "2020-07-02T23:59:35.0000000Z"],
    ["DateTimeAdd('ns', 250, '2020-07-03T00:00:00.0000000')", "2020-07-03T00:00:00.0000002Z"],
    ["DateTimeAdd('dd', 1.5, '2020-07-03')", undefined],
    ["DateTimeAdd('week', 1, '2020-07-03')", undefined],
    ["DateTimeAdd('yyyy', 1, '9999-07-03')", undefined],
    ["DateTimeAdd('dd', 1, 'yesterday')", undefined],
    ["DateTimeBin('2021-01-08T18:35:00.0000000', 'dd')", "2021-01-08T00:00:00.0000000Z"],
    ["DateTimeBin('2021-01-08T18:35:00.0000000', 'hh', 5)", "2021-01-08T15:00:00.0000000Z"],
    ["DateTimeBin('2021-01-08T18:35:00.0000000', 'dd', 7)", "2021-01-07T00:00:00.0000000Z"],
    [
      "DateTimeBin('2021-01-08T18:35:00.0000000', 'dd', 7, '1601-01-01T00:00:00.0000000')",
      "2021-01-04T00:00:00.0000000Z",
    ],
    ["DateTimeBin('1969-12-31T23:59:59', 'dd')", "1969-12-31T00:00:00.0000000Z"],
    ["DateTimeBin('2021-01-08', 'mm')", undefined],
    ["DateTimeBin('2021-01-08', 'dd', 0)", undefined],
    ["DateTimeBin('2021-01-08', 'dd', 1, '1600-12-31')", undefined],
    ["DateTimeDiff('yyyy', '2019-02-04T16:00:00.0000000', '2018-03-05T05:00:00.0000000')", -1],
    ["DateTimeDiff('mm', '2019-02-04T16:00:00.0000000', '2018-03-05T05:00:00.0000000')", -11],
    ["DateTimeDiff('dd', '2018-03-05T05:00:00.0000000', '2019-02-04T16:00:00.0000000')", 336],
    ["DateTimeDiff('hh', '2018-03-05T05:00:00.0000000', '2019-02-04T16:00:00.0000000')", 8_075],
    ["DateTimeDiff('ss', '2019-02-04T16:00:00.0000000', '2018-03-05T05:00:00.0000000')", -29_070_000],
    ["DateTimeDiff('dd', '2020-01-01T23:59:59', '2020-01-02T00:00:00')", 1],
    ["DateTimeDiff('ns', '2020-01-01T00:00:00', '2020-01-01T00:00:00.0000001')", 100],
    ["DateTimeFormat('2024-10-10 14:40:20', 'yyyyMMdd')", "20241010"],
    ["DateTimeFormat('2024-10-10 14:40:20', 'yyyy-MM-dd [HH:mm:ss]')", "2024-10-10 [14:40:20]"],
    [
      "DateTimeFormat('2024-10-10 14:40:20', 'To\\\\da\\\\y i\\\\s: yyyy-MM-ddTHH:mm:ss.fff')",
      "Today is: 2024-10-10T14:40:20.000",
    ],
    ["DateTimeFormat('2024-10-10 14:40:20', 'HH:mm:ss.FFF')", "14:40:20."],
    ["DateTimeFormat('2024-01-02 00:05:06.12', 'd/M/yy h:m:s tt ff')", "2/1/24 12:5:6 AM 12"],
    ["DateTimeFromParts(2017, 4, 20)", "2017-04-20T00:00:00.0000000Z"],
    ["DateTimeFromParts(2017, 4, 20, 13, 15, 20, 3456789)", "2017-04-20T13:15:20.3456789Z"],
    ["DateTimeFromParts(2017, 4, 20, 13, 15)", "2017-04-20T13:15:00.0000000Z"],
    ["DateTimeFromParts(-2000, -1, -1)", undefined],
    ["DateTimeFromParts(2017, 2, 29)", undefined],
    ["DateTimePart('mm', '2016-05-29T08:30:00.1301617')", 5],
    ["DateTimePart('mi', '2016-05-29T08:30:00.1301617')", 30],
    ["DateTimePart('ms', '2016-05-29T08:30:00.1301617')", 130],
    ["DateTimePart('mcs', '2016-05-29T08:30:00.1301617')", 130_161],
    ["DateTimePart('ns', '2016-05-29T08:30:00.1301617')", 130_161_700],
    ["YEAR('2016-05-29') * 10000 + MONTH('2016-05-29') * 100 + DAY('2016-05-29')", 20_160_529],
    ["DateTimeToTicks('2015-05-19T12:00:00.0000000')", 14_320_368_000_000_000],
    ["DateTimeToTimestamp('2015-05-19T12:00:00.0000000')", 1_432_036_800_000],
    ["DateTimeToTimestamp('1969-12-31T23:59:59.9999999')", -1],
    ["TicksToDateTime(15973607943002652)", "2020-08-13T23:19:54.3002652Z"],
    ["TicksToDateTime(-116444736000000000)", "1601-01-01T00:00:00.0000000Z"],
    ["TicksToDateTime(1.5)", undefined],
    ["TimestampToDateTime(1597360794300)", "2020-08-13T23:19:54.3000000Z"],
    ["TimestampToDateTime(1e30)", undefined],
  ])("%s is %j", (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });
});

describe("the present", () => {
  test.each([
    ["GetCurrentDateTime()", "2026-07-01T12:30:15.2500000Z"],
    ["GetCurrentDateTimeStatic()", "2026-07-01T12:30:15.2500000Z"],
    ["NOW()", "2026-07-01T12:30:15.2500000Z"],
    ["GetCurrentTimestamp()", NOW_MS],
    ["GetCurrentTimestampStatic()", NOW_MS],
    ["GetCurrentTicks()", NOW_MS * 10_000],
    ["GetCurrentTicksStatic()", NOW_MS * 10_000],
    ["AGO('dd', 1)", "2026-06-30T12:30:15.2500000Z"],
    ["AGO('hh', -12)", "2026-07-02T00:30:15.2500000Z"],
    ["AGO('fortnight', 1)", undefined],
  ])("%s is %j", (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });
});
