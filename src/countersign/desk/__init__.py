# SPDX-License-Identifier: Apache-2.0
"""One function per verb; the only place where a transaction spans rooms."""

from countersign.claims import ClaimView, Decision, write_todo
from countersign.desk.answer import (
    Answered,
    Caller,
    ask,
    open_caller,
    show_evidence,
    skills_in_force,
)
from countersign.desk.asking import (
    AskedOfMe,
    Prepared,
    ask_topic,
    asked_of_me,
    is_asked_of_me,
    label_in_hub,
    party_view,
    prepare_answer,
    say_no,
    send_answer,
)
from countersign.desk.backup import (
    BackedUp,
    Restored,
    backup,
    drop_expired_keys,
    restore,
    set_key_days,
)
from countersign.desk.bystanders import (
    add_objection,
    bystander_notice,
    context_due,
    list_objections,
    remove_objection,
)
from countersign.desk.codes import another_code, code_counts, code_picture, new_code
from countersign.desk.consent import (
    OfferSeen,
    ask_for,
    card_text,
    contract_of,
    difference,
    list_offers,
    preset_file,
    show_card,
    sign,
    terms_of,
    usable_from,
)
from countersign.desk.credit import Credited, check_credit, give_credit, read_credit_file
from countersign.desk.dropped import Fetched, Get, fetch_withdrawals, honour_dropped, take_in
from countersign.desk.erase import Erased, erase_ordered, holding, mend
from countersign.desk.erasures import (
    Orders,
    OrderSeen,
    acknowledge_withdrawal,
    list_erasures,
)
from countersign.desk.export import Exported, export
from countersign.desk.floors import (
    FloorSeen,
    PolicySeen,
    floor_check,
    floor_propose,
    floor_sign,
    floor_text,
    list_floors,
    policy_page,
    policy_show,
    policy_sign,
)
from countersign.desk.held import look_around
from countersign.desk.home import Home, passing_home
from countersign.desk.identity import (
    Asked,
    KeysSeen,
    accept_handle,
    add_representative,
    answer_handle,
    challenge,
    keep_old_key,
    keys_of,
    notice_texts,
    replace_lost,
    rotate,
    told,
)
from countersign.desk.importing import Imported, import_export
from countersign.desk.logbook import publish_log
from countersign.desk.monitor import (
    Watched,
    check_evidence,
    compare_line,
    line_of,
    monitor,
)
from countersign.desk.notices import (
    Noticed,
    assessment_form,
    notice_assessment,
    notice_incapacity,
    notice_leaving,
    notice_processing,
    notice_representatives,
    notice_transfer,
)
from countersign.desk.packages import install_skill, verify
from countersign.desk.pauses import FloorPaused, Paused, floor_go_on, floor_pause, go_on, pause
from countersign.desk.records import (
    RECORD_FORMATS,
    complaint_contact,
    packaged_file,
    packaged_files,
    record_of,
)
from countersign.desk.release import Published, document, publish, self_agreement
from countersign.desk.reply import Written, instead_texts, make_reply, no_texts, write_reply
from countersign.desk.residue import Report, residue
from countersign.desk.riders import (
    RiderSeen,
    persona_offer,
    persona_riders,
    persona_sign,
    persona_text,
)
from countersign.desk.statement import Stated, usage_statement
from countersign.desk.take_along import TakenAlong, take_along
from countersign.desk.takeback import (
    Parts,
    TookBack,
    take_back,
    take_back_by_code,
    take_back_by_file,
    take_back_part,
)
from countersign.desk.tell import (
    SeenUse,
    caller_for,
    evidence_text,
    log_keys,
    party_of,
    receipt_value,
    skills_text,
    uses,
    verify_log,
)
from countersign.desk.texts import (
    FORMATS,
    TEXTS,
    as_file,
    contract_file,
    template_blanks,
    template_file,
)
from countersign.desk.together import (
    Accepted,
    Started,
    together_accept,
    together_join,
    together_open,
    together_propose,
    together_send,
    together_sign,
    together_start,
)
from countersign.desk.verifying import verify_any
from countersign.desk.witnessing import (
    OnPaper,
    Witnessed,
    checkpoint_on_paper,
    read_policy,
    the_witness,
    verify_paper,
    verify_seen,
    watched,
    witness_log,
)
from countersign.desk.words import (
    ROUND,
    Added,
    add,
    add_paste,
    add_someone,
    apply_round,
    claim_value,
    distill,
    everybody,
    forget_due,
    handles_met,
    has_owner,
    name_owner,
    next_round,
    ranked,
    read_round,
    traces,
)
from countersign.log import (
    MAX_BODY,
    Policy,
    Reply,
    Step,
    VerifierKey,
    Witness,
    add_checkpoint,
    add_withdrawal,
    list_contradictions,
    list_withdrawals,
)
from countersign.people import Hub, Person
from countersign.terms import (
    LEAST_SIGNERS,
    PRESETS,
    Circle,
    JointTerms,
    OfferState,
    PartyView,
    Refused,
    ReplyKit,
    Ticks,
    TopicRequest,
    example_text,
    limit_lines,
    render_changes,
)

# fmt: off
__all__ = [
    "FORMATS", "LEAST_SIGNERS", "MAX_BODY", "PRESETS", "RECORD_FORMATS", "ROUND", "TEXTS", "Accepted", "Added",
    "Answered", "Asked", "AskedOfMe", "BackedUp", "Caller", "Circle", "ClaimView", "Credited",
    "Decision", "Erased", "Exported", "Fetched", "FloorPaused", "FloorSeen", "Get", "Home",
    "Hub", "Imported", "JointTerms", "KeysSeen", "Noticed", "OfferSeen", "OfferState",
    "OnPaper", "OrderSeen", "Orders", "Parts", "PartyView", "Paused", "Person", "Policy",
    "PolicySeen", "Prepared", "Published", "Refused", "Reply", "ReplyKit", "Report", "Restored",
    "RiderSeen", "SeenUse", "Started", "Stated", "Step", "TakenAlong", "Ticks", "TookBack",
    "TopicRequest", "VerifierKey", "Watched", "Witness", "Witnessed", "Written",
    "accept_handle", "acknowledge_withdrawal", "add", "add_checkpoint", "add_objection",
    "add_paste", "add_representative", "add_someone", "add_withdrawal", "another_code",
    "answer_handle", "apply_round", "as_file", "ask", "ask_for", "ask_topic", "asked_of_me",
    "assessment_form", "backup", "bystander_notice", "caller_for", "card_text", "challenge",
    "check_credit", "check_evidence", "checkpoint_on_paper", "claim_value", "code_counts",
    "code_picture", "compare_line", "complaint_contact", "context_due", "contract_file",
    "contract_of", "difference", "distill", "document", "drop_expired_keys", "erase_ordered",
    "everybody", "evidence_text", "example_text", "export", "fetch_withdrawals", "floor_check",
    "floor_go_on", "floor_pause", "floor_propose", "floor_sign", "floor_text", "forget_due",
    "give_credit", "go_on", "handles_met", "has_owner", "holding", "honour_dropped",
    "import_export", "install_skill", "instead_texts", "is_asked_of_me", "keep_old_key", "keys_of",
    "label_in_hub", "limit_lines", "line_of", "list_contradictions", "list_erasures",
    "list_floors", "list_objections", "list_offers", "list_withdrawals", "log_keys",
    "look_around", "make_reply", "mend", "monitor", "name_owner", "new_code", "next_round",
    "no_texts", "notice_assessment", "notice_incapacity", "notice_leaving", "notice_processing",
    "notice_representatives", "notice_texts", "notice_transfer", "open_caller", "packaged_file",
    "packaged_files", "party_of", "party_view", "passing_home", "pause", "persona_offer",
    "persona_riders", "persona_sign", "persona_text", "policy_page", "policy_show",
    "policy_sign", "prepare_answer", "preset_file", "publish", "publish_log", "ranked",
    "read_credit_file", "read_policy", "read_round", "receipt_value", "record_of",
    "remove_objection", "render_changes", "replace_lost", "residue", "restore", "rotate",
    "say_no", "self_agreement", "send_answer", "set_key_days", "show_card", "show_evidence",
    "sign", "skills_in_force", "skills_text", "take_along", "take_back", "take_back_by_code",
    "take_back_by_file", "take_back_part", "take_in", "template_blanks", "template_file",
    "terms_of", "the_witness", "together_accept", "together_join", "together_open",
    "together_propose", "together_send", "together_sign", "together_start", "told", "traces",
    "usable_from", "usage_statement", "uses", "verify", "verify_any", "verify_log", "verify_paper", "verify_seen",
    "watched", "witness_log", "write_reply", "write_todo",
]
# fmt: on
