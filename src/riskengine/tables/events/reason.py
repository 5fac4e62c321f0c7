"""Why an event is set aside, beyond the reasons for which a row is."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from riskengine.terms.text import Text


class EventReason(StrEnum):
    UNREADABLE_TEXT = "unreadable_text"
    LINE_TOO_LONG = "line_too_long"
    MALFORMED_JSON = "malformed_json"
    NOT_AN_OBJECT = "not_an_object"
    DUPLICATE_KEY = "duplicate_key"
    UNKNOWN_EVENT = "unknown_event"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_TYPE = "wrong_type"
    TOO_OLD = "too_old"
    REUSED_EVENT_ID = "reused_event_id"
    CONTRADICTS_LEDGER = "contradicts_ledger"
    OVERPAID = "overpaid"

    @property
    def text(self) -> Text:
        return _TEXTS[self]


_TEXTS: Mapping[EventReason, Text] = MappingProxyType(
    {
        EventReason.UNREADABLE_TEXT: Text("not UTF-8 text", "不是 UTF-8 文本"),
        EventReason.LINE_TOO_LONG: Text("longer than any event can be", "超出单个事件的最大长度"),
        EventReason.MALFORMED_JSON: Text("not a line of JSON", "不是一行有效的 JSON"),
        EventReason.NOT_AN_OBJECT: Text("JSON, but not an object with fields", "是 JSON，但不是带字段的对象"),
        EventReason.DUPLICATE_KEY: Text("a field is there twice", "字段重复"),
        EventReason.UNKNOWN_EVENT: Text("no such kind of event", "没有该种事件"),
        EventReason.UNKNOWN_FIELD: Text("events of this kind have no such field", "该种事件没有此字段"),
        EventReason.WRONG_TYPE: Text("a value of another type is needed", "值的类型不符"),
        EventReason.TOO_OLD: Text("known longer ago than events may come late", "知悉日早于允许的最晚补报期限"),
        EventReason.REUSED_EVENT_ID: Text(
            "an earlier event of this id has other content", "同一事件编号先前对应不同内容"
        ),
        EventReason.CONTRADICTS_LEDGER: Text(
            "the tables hold another content for this identity that was known first",
            "同一标识在数据表中已有更早知悉的不同内容",
        ),
        EventReason.OVERPAID: Text(
            "more was applied to the invoice than it is worth; the rest counts as unapplied",
            "核销金额超过发票金额；超出部分计为未核销收款",
        ),
    }
)
