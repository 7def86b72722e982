# SPDX-License-Identifier: Apache-2.0
"""Terms that a person signs, and the one function that decides by them."""

from countersign.terms import tables
from countersign.terms.accepting import accept, carry
from countersign.terms.asking.answers import (
    DraftAnswer,
    decline,
    declined,
    drafts,
    drop_draft,
    find_draft,
    keep_draft,
    note_origin,
    origin,
)
from countersign.terms.asking.change import Change, Direction, changes, render_changes
from countersign.terms.asking.circle import (
    Circle,
    Member,
    fresh_code,
    join_circle,
    merged_circles,
    open_circle,
    propose_terms,
    seal_circle,
    sign_circle,
    start_circle,
)
from countersign.terms.asking.joint import (
    LEAST_SIGNERS,
    Joint,
    JointTerms,
    accept_joint,
    joint_terms,
    send_joint,
    too_few,
)
from countersign.terms.asking.kit import ReplyKit, reply_kit
from countersign.terms.asking.link import is_link, read_link, terms_link
from countersign.terms.asking.png import card_png
from countersign.terms.asking.reply import Said, instead_text, no_text, who_text
from countersign.terms.asking.requests import (
    LEAST_ROUND,
    Round,
    TopicRequest,
    lapses_at,
    make_request,
    require_open,
    topic_request,
    topic_requests,
)
from countersign.terms.asking.ticks import Ticks, read_pay, ticked
from countersign.terms.asking.views import (
    OpenToPerson,
    PartyView,
    SeenOffer,
    SeenRequest,
    open_to,
    round_of,
    seen_by_party,
)
from countersign.terms.assess import blank_assessment, check_filled, representatives_texts
from countersign.terms.benefit import Benefit
from countersign.terms.beside import countersigned_by
from countersign.terms.card import Card, card, render_card
from countersign.terms.carried import (
    MOST_BYTES,
    Bundle,
    Granted,
    TakenBack,
    Word,
    honoured,
    read_word,
    taken_back,
)
from countersign.terms.decide import Permit, Scope, decide, keep_own
from countersign.terms.diff import Difference, diff
from countersign.terms.entitled import representatives, revoke_keys
from countersign.terms.erasing import (
    KEY_BACKUP_DAYS,
    Erasure,
    KeyBackup,
    erasures,
    held_hub,
    hold_hub,
    hub_setting,
    key_backup_gone,
    key_backups,
    let_go,
    mark_erased,
    note_key_backup,
    order_erasure,
    set_hub_setting,
)
from countersign.terms.events import read_processing
from countersign.terms.floor import Floor, Policy
from countersign.terms.floors import (
    FloorState,
    find_floor,
    floor_parties,
    floors,
    load_floor,
    propose_floor,
    sign_floor,
)
from countersign.terms.kept import keep_texts, kept_text, kept_until
from countersign.terms.limits import (
    Always,
    Breach,
    Limits,
    Never,
    breaches,
    limits_from_terms,
    meet,
)
from countersign.terms.limits_file import example_text, read_toml
from countersign.terms.load import bounds_of, standing, standings
from countersign.terms.offers import (
    Draft,
    OfferState,
    agreements,
    draft_offer,
    make_offer,
    offer_state,
    offers,
)
from countersign.terms.pausing import floor_of, resume_series, suspend_series
from countersign.terms.policy import PolicyState, load_policy, newest_policy, policies, sign_policy
from countersign.terms.presets import PRESETS, load_terms, preset, preset_text
from countersign.terms.recipients import (
    NoticeState,
    Recipient,
    Told,
    acknowledge,
    note_told,
    notices_of,
    tell,
)
from countersign.terms.refusals import Refusal, Refused
from countersign.terms.register import (
    Record,
    keep_record,
    mark_logged,
    record,
    records,
    unlogged,
)
from countersign.terms.renderings.conforms import nonconforming
from countersign.terms.renderings.dpv import complaint_words, consent_receipt, consent_record
from countersign.terms.renderings.facts import Event, Recorded, complaint_of, recorded
from countersign.terms.renderings.kantara import kantara_receipt
from countersign.terms.renderings.odrl import odrl_agreement
from countersign.terms.renderings.packaged import packaged, packaged_names, schema
from countersign.terms.request import Request
from countersign.terms.riders import RiderState, find_rider, offer_rider, riders, sign_rider
from countersign.terms.shortfall import BelowFloor, Shortfall, refuse_below, shortfalls
from countersign.terms.signers import Need, granted_of, needed, texts_of
from countersign.terms.signing import assess, sign_offer, undertake
from countersign.terms.standing import (
    Assessment,
    Bound,
    BoundBy,
    Processing,
    Standing,
    State,
)
from countersign.terms.stops import Stop, keep_stops, stops
from countersign.terms.telling import (
    declare_processing,
    leave,
    say_capable,
    say_incapable,
    tell_representatives,
    to_be_told,
    transfer,
)
from countersign.terms.terms import Terms
from countersign.terms.text.contract import contract_text, draft_contract
from countersign.terms.text.facts import Facts, Side
from countersign.terms.text.inert import inert
from countersign.terms.text.limit_lines import benefit_words, limit_lines
from countersign.terms.text.meanings import Meaning, meaning
from countersign.terms.text.page import html
from countersign.terms.text.paper import pdf
from countersign.terms.text.templates import TEMPLATES, Value, blanks, render
from countersign.terms.text.term_values import term_values
from countersign.terms.withdrawal import (
    grant_row,
    resume,
    suspend,
    withdraw,
    withdraw_part,
    withdrawn_parts,
    withdrawn_whole,
)
from countersign.terms.words import (
    NEVER,
    TOGGLES,
    Act,
    Attribution,
    Audience,
    BenefitKind,
    Delivery,
    Gap,
    HandOffHours,
    Item,
    Kind,
    Method,
    OnLeaving,
    Period,
    Profile,
    Purpose,
    Representation,
    Source,
    Successor,
    TakeAlong,
)

# fmt: off
__all__ = [
    "KEY_BACKUP_DAYS", "LEAST_ROUND", "LEAST_SIGNERS", "MOST_BYTES", "NEVER", "PRESETS", "TEMPLATES",
    "TOGGLES", "Act", "Always", "Assessment", "Attribution", "Audience", "BelowFloor",
    "Benefit", "BenefitKind", "Bound", "BoundBy", "Breach", "Bundle", "Card", "Change",
    "Circle", "Delivery", "Difference", "Direction", "Draft", "DraftAnswer", "Erasure", "Event",
    "Facts", "Floor", "FloorState", "Gap", "Granted", "HandOffHours", "Item", "Joint",
    "JointTerms", "KeyBackup", "Kind", "Limits", "Meaning", "Member", "Method", "Need", "Never",
    "NoticeState", "OfferState", "OnLeaving", "OpenToPerson", "PartyView", "Period", "Permit",
    "Policy", "PolicyState", "Processing", "Profile", "Purpose", "Recipient", "Record",
    "Recorded", "Refusal", "Refused", "ReplyKit", "Representation", "Request", "RiderState",
    "Round", "Said", "Scope", "SeenOffer", "SeenRequest", "Shortfall", "Side", "Source",
    "Standing", "State", "Stop", "Successor", "TakeAlong", "TakenBack", "Terms", "Ticks", "Told",
    "TopicRequest", "Value", "Word", "accept", "accept_joint", "acknowledge", "agreements",
    "assess", "benefit_words", "blank_assessment", "blanks", "bounds_of", "breaches", "card",
    "card_png", "carry", "changes", "check_filled", "complaint_of", "complaint_words",
    "consent_receipt", "consent_record", "contract_text", "countersigned_by", "decide",
    "declare_processing", "decline", "declined", "diff", "draft_contract", "draft_offer",
    "drafts", "drop_draft", "erasures", "example_text", "find_draft", "find_floor",
    "find_rider", "floor_of", "floor_parties", "floors", "fresh_code", "grant_row",
    "granted_of", "held_hub", "hold_hub", "honoured", "html", "hub_setting", "inert",
    "instead_text", "is_link", "join_circle", "joint_terms", "kantara_receipt", "keep_draft",
    "keep_own", "keep_record", "keep_stops", "keep_texts", "kept_text", "kept_until", "key_backup_gone",
    "key_backups", "lapses_at", "leave", "let_go", "limit_lines", "limits_from_terms",
    "load_floor", "load_policy", "load_terms", "make_offer", "make_request", "mark_erased",
    "mark_logged", "meaning", "meet", "merged_circles", "needed", "newest_policy", "no_text",
    "nonconforming", "note_key_backup", "note_origin", "note_told", "notices_of",
    "odrl_agreement", "offer_rider", "offer_state", "offers", "open_circle", "open_to",
    "order_erasure", "origin", "packaged", "packaged_names", "pdf", "policies", "preset",
    "preset_text", "propose_floor", "propose_terms", "read_link", "read_pay", "read_processing",
    "read_toml", "read_word", "record", "recorded", "records", "refuse_below", "render",
    "render_card", "render_changes", "reply_kit", "representatives", "representatives_texts",
    "require_open", "resume", "resume_series", "revoke_keys", "riders", "round_of",
    "say_capable", "say_incapable", "schema", "seal_circle", "seen_by_party", "send_joint",
    "set_hub_setting", "shortfalls", "sign_circle", "sign_floor", "sign_offer", "sign_policy",
    "sign_rider", "standing", "standings", "start_circle", "stops", "suspend", "suspend_series",
    "tables", "taken_back", "tell", "tell_representatives", "term_values", "terms_link",
    "texts_of", "ticked", "to_be_told", "too_few", "topic_request", "topic_requests",
    "transfer", "undertake", "unlogged", "who_text", "withdraw", "withdraw_part",
    "withdrawn_parts", "withdrawn_whole",
]
# fmt: on
