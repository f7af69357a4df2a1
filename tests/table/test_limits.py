"""Every bound of server/core/limits.h is reached by a test: each is named in a unit test, or in this table with the tests that reach it through the
protocol or at the door, or with why none does."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMITS = re.findall(r"^#define (LIMIT_\w+)", (ROOT / "server/core/limits.h").read_text(), re.M)
UNIT = {name for path in (ROOT / "tests").glob("**/*.[ch]") for name in re.findall(r"\bLIMIT_\w+", path.read_text())}

SHARES, CROWDS, RUDE = "tests/faults/test_shares.py", "tests/faults/test_crowds.py", "tests/faults/test_rude_peers.py"
LOAD, TLS, WRITING, PROOF = "tests/ops/test_load.py", "tests/ops/test_tls.py", "tests/ops/test_writing.py", "tests/ops/test_proof.py"
WEBHOOK, EVENTS = "tests/ops/test_webhook.py", "tests/ops/test_stripe_events.py"
GARBAGE, HALF = "test_peers_that_talk_garbage_are_cut_at_once", "test_half_and_huge_frames_are_cut_in_time"
BY_DOING = {  # at the door: with a smaller number, by the same code
    "LIMIT_MAIL_TRIES": ("tests/mail/test_outbox_later.py", "test_after_five_days_and_six_tries_it_is_given_up"),
    "LIMIT_HELLO_MS": (RUDE, GARBAGE),
    "LIMIT_PARTIAL_MS": (RUDE, HALF),
    "LIMIT_IDLE_MS": (RUDE, "test_an_idle_connection_is_cut_and_one_that_waits_is_not"),
    "LIMIT_SEND_MS": (RUDE, "test_peers_that_never_read_are_cut_and_pin_nothing"),
    "LIMIT_PEER_IN_FLIGHT": (SHARES, "test_a_stranger_has_one_request_in_flight_and_who_is_known_has_sixteen"),
    "LIMIT_BUFFERED": (RUDE, "test_large_requests_of_all_peers_together_are_bounded"),
    "LIMIT_CONNECTIONS": (RUDE, "test_connections_beyond_the_limit_are_closed_and_room_is_made_again"),
    "LIMIT_KERNEL_BUFFER": (SHARES, "test_who_never_reads_holds_little_of_the_kernels_memory"),
    "LIMIT_GREETING_QUEUE": (TLS, "test_half_greetings_keep_nobody_out"),
    "LIMIT_TOLD": (TLS, "test_strangers_do_not_fill_the_log"),
    "LIMIT_TOLD_MS": (TLS, "test_strangers_do_not_fill_the_log"),
    "LIMIT_CERTIFICATE_MS": (TLS, "test_a_certificate_that_ends_soon_is_told_by_the_log_and_by_health"),
    "LIMIT_STRANGER_MS": (SHARES, "test_a_stranger_who_is_idle_is_cut_soon_and_who_is_known_is_not"),
    "LIMIT_STRANGER_IN_FLIGHT": (SHARES, "test_a_stranger_has_one_request_in_flight_and_who_is_known_has_sixteen"),
    "LIMIT_PERSON_CONNECTIONS": (SHARES, "test_of_one_person_only_so_many_connections_are_more_than_a_strangers"),
    "LIMIT_SHARE_CONNECTIONS": (SHARES, "test_all_addresses_of_one_64_are_one_source"),
    "LIMIT_SHARE_NETWORK": (SHARES, "test_known_ones_of_one_48_leave_room_for_others_and_have_what_nobody_else_needs"),
    "LIMIT_SHARE_UID": (RUDE, "test_one_user_cannot_take_all_connections"),
    "LIMIT_SHARE_BUFFERED": (SHARES, "test_half_requests_of_one_source_leave_room_for_those_of_others"),
    "LIMIT_SHARE_STRANGERS": (SHARES, "test_half_requests_of_many_strangers_leave_room_for_who_is_known"),
    "LIMIT_SHARE_LOCAL": (SHARES, "test_who_is_local_and_trusted_always_gets_in"),
    "LIMIT_TURN_STRANGERS": ("tests/unit/test_pool.c", "those_known_have_room_and_come_first_but_for_every_fourth"),
    "LIMIT_SLOW_QUEUE": (LOAD, "test_more_sign_ins_than_the_queue_holds_are_told_to_come_back"),
    "LIMIT_SLOW_THREADS": (LOAD, "test_many_sign_ins_at_once_are_bounded_and_delay_no_read"),
    "LIMIT_HEAVY_THREADS": (CROWDS, "test_checks_of_one_person_and_of_one_business_leave_room_for_those_of_others"),
    "LIMIT_ASK_SENDERS": ("tests/ops/test_payments.py", "test_many_slow_payments_of_one_customer_do_not_hold_up_anothers"),
    "LIMIT_ASK_PER_BUSINESS": ("tests/ops/test_payments.py", "test_many_slow_payments_of_one_customer_do_not_hold_up_anothers"),
    "LIMIT_WEBHOOKS": (WEBHOOK, "test_those_that_say_nothing_keep_nobody_waiting_from_one_address_or_many"),
    "LIMIT_WEBHOOK_SHARE": (WEBHOOK, "test_of_one_address_there_are_only_so_many_and_those_of_another_are_not_shown_out_for_it"),
    "LIMIT_WEBHOOK_MS": (WEBHOOK, "test_who_is_slow_is_shown_out"),
    "LIMIT_WEBHOOK_BODY": (WEBHOOK, "test_what_is_no_request_of_that_kind_is_refused_and_the_door_stays_open"),
    "LIMIT_HTTP_TOTAL_MS": ("tests/faults/test_stripe_faults.py", "test_a_server_that_says_nothing_is_given_up_and_asked_again"),
    "LIMIT_HTTP_BODY": ("tests/faults/test_stripe_faults.py", "test_a_fault_while_it_is_asked_settles_nothing_and_then_all"),
    "LIMIT_EVENTS_PAUSE_MS": (EVENTS, "test_it_is_noticed_without_anybody_doing_anything"),
    "LIMIT_EVENTS_BEHIND_MS": (EVENTS, "test_events_that_come_late_out_of_order_or_twice_are_each_looked_at_once"),
    "LIMIT_EVENTS_BACK_MS": (EVENTS, "test_after_a_time_in_which_none_were_read_each_payment_is_asked_about"),
    "LIMIT_EVENTS_STEP": (EVENTS, "test_more_than_a_page_is_read"),
    "LIMIT_EVENTS_LOOKS": (EVENTS, "test_more_than_are_looked_at_at_once_are_all_looked_at"),
    "LIMIT_BEGUN_MS": ("tests/ops/test_gateways.py", "test_what_was_begun_ends_after_half_an_hour"),
    "LIMIT_DUE_CLOCK_MS": ("tests/faults/test_due.py", "test_a_clock_that_is_set_forward_or_back_delays_nothing"),
    "LIMIT_DUE_MOVED_MS": ("tests/faults/test_due.py", "test_a_clock_that_is_set_forward_or_back_delays_nothing"),
    "LIMIT_WAITS": (LOAD, "test_when_all_waits_are_taken_one_more_is_told_so_and_reads_and_writes_go_on"),
    "LIMIT_WAITS_SESSION": (LOAD, "test_long_polls_of_one_session_and_of_one_person_leave_room_for_those_of_others"),
    "LIMIT_WAITS_PERSON": (LOAD, "test_long_polls_of_one_session_and_of_one_person_leave_room_for_those_of_others"),
    "LIMIT_WAITS_RETRY_MS": (LOAD, "test_long_polls_of_one_session_and_of_one_person_leave_room_for_those_of_others"),
    "LIMIT_SHARE_WAITS": (LOAD, "test_one_source_has_no_more_than_its_part_of_the_waits_and_one_more_is_told_that_it_is_busy"),
    "LIMIT_BUSY_RETRY_MS": (LOAD, "test_more_sign_ins_than_the_queue_holds_are_told_to_come_back"),
    "LIMIT_SESSIONS_PER_PERSON": ("tests/ops/test_bound.py", "test_nothing_is_kept_of_a_bound_session_that_is_over"),
    "LIMIT_SESSIONS_CODE": ("tests/ops/test_door.py", "test_of_those_who_wait_for_the_code_the_oldest_go_and_nobody_who_showed_it"),
    "LIMIT_KEYS_PER_PERSON": (PROOF, "test_of_one_person_there_are_twenty_keys"),
    "LIMIT_KEYS_WAITING": (PROOF, "test_few_keys_wait_at_once"),
    "LIMIT_VERIFY_MS": (PROOF, "test_a_program_that_hangs_dies_or_says_no_proves_nothing"),
    "LIMIT_VERIFY_MEMORY": (PROOF, "test_the_program_gets_so_much_memory_and_no_more"),
    "LIMIT_DOC_CODE_DAYS": ("tests/ops/test_document_codes.py", "test_how_long_it_is_good_is_the_business_s_to_say"),
    **dict.fromkeys(("LIMIT_RECEIPTS_A_DAY", "LIMIT_RECEIPTS_MS", "LIMIT_RECEIPTS_ALL"), ("tests/ops/test_receipts.py", "test_nobodys_mailbox_is_filled_with_them")),
    "LIMIT_DOC_CODES": ("tests/ops/test_document_codes.py", "test_of_one_document_the_last_fifty_are_kept"),
    "LIMIT_SESSION_IDLE_MS": ("tests/ops/test_door.py", "test_a_session_ends_when_nobody_uses_it_and_at_its_time"),
    "LIMIT_SESSION_LIFE_MS": ("tests/ops/test_door.py", "test_a_session_ends_when_nobody_uses_it_and_at_its_time"),
    "LIMIT_SESSION_CODE_MS": ("tests/ops/test_door.py", "test_who_has_only_given_the_password_has_ten_minutes_for_the_code"),
    "LIMIT_SHOWN_MS": ("tests/ops/test_credentials.py", "test_a_session_is_good_for_ten_minutes_and_for_ten_more_after_each_showing"),
    "LIMIT_TRIES_MILD_MS": ("tests/unit/test_tries.c", "one_source_at_many_accounts_is_slowed_too"),
    "LIMIT_TRIES_TURN_FREE": ("tests/ops/test_door.py", "test_a_stranger_can_not_keep_the_owner_out"),
    "LIMIT_REFUSED_EVENTS": ("tests/ops/test_door.py", "test_a_flood_of_refusals_does_not_fill_the_log"),
    "LIMIT_SHARE_REFUSED": ("tests/ops/test_door.py", "test_a_flood_of_refusals_does_not_fill_the_log"),
    "LIMIT_REPLY_DAYS": (WRITING, "test_stored_answers_go_when_their_days_are_over_also_where_nobody_writes"),
    "LIMIT_WRITES_CONTACT": (WRITING, "test_a_customer_who_comments_without_end_is_slowed_alone_and_goes_on_when_told"),
    "LIMIT_WRITES_CONTACT_S": (WRITING, "test_a_customer_who_comments_without_end_is_slowed_alone_and_goes_on_when_told"),
    "LIMIT_MAIL_HEADER": ("tests/mail/test_mime.py", "test_limits_name_the_field"),
    "LIMIT_MAIL_BODY": ("tests/mail/test_mime.py", "test_limits_name_the_field"),
    "LIMIT_MAIL_REPLY_MS": ("tests/mail/test_smtp.py", "test_silence_after_the_message_is_unknown"),
    "LIMIT_MAIL_GRACE_MS": ("tests/mail/test_outbox.py", "test_an_answer_that_is_due_is_waited_for_when_the_daemon_ends"),
    "LIMIT_MAIL_PER_BUSINESS": ("tests/mail/test_outbox.py", "test_many_mails_each_arrive_once_and_two_at_a_time"),
    "LIMIT_RECUR_DUE": ("tests/ops/test_recurring.py", "test_more_than_three_at_once_wait_for_staff"),
    "LIMIT_RECUR_CATCH_UP": ("tests/ops/test_recurring.py", "test_very_many_are_made_in_parts"),
    "LIMIT_SEAL_MS": ("tests/faults/test_audit.py", "test_a_log_that_grows_is_signed_every_minute"),
    "LIMIT_SEALS": ("tests/faults/test_audit.py", "test_signed_heads_can_not_be_forged_changed_or_left_out"),
}
NOT = {
    "LIMIT_ANSWER": "no operation answers so much: pages end at 100 rows",
    "LIMIT_LEAVING": "descriptors come back within a moment: a test would have to win a race against that",
    "LIMIT_SHARE_LEAVING": "as LIMIT_LEAVING",
    "LIMIT_LOOKS": "bounds work, and nobody's share; no more than that are answered at once",
    "LIMIT_GREETING_THREADS": "how many threads there are, not how much anybody may have",
    "LIMIT_WRITE_BATCH": "how many writes share a commit: none is refused for it",
    "LIMIT_WAIT_MS": "takes a minute; that a poll ends in time is tested with a shorter one",
    "LIMIT_SWEEP_MS": "how often it looks by itself; tests ask it to",
    "LIMIT_REMIND_MS": "how often it looks by itself; tests change the rules, which makes it look",
    "LIMIT_WRITES_CONTACTS_S": "comes back as LIMIT_WRITES_CONTACT_S does, by the same lines",
    "LIMIT_WRITES_STAFF_S": "as LIMIT_WRITES_CONTACTS_S",
    "LIMIT_WRITES_OFFICE_S": "as LIMIT_WRITES_CONTACTS_S",
    "LIMIT_MAIL_CONNECT_MS": "an address that takes no connection and refuses none is nothing a test has",
    "LIMIT_HTTP_CONNECT_MS": "as LIMIT_MAIL_CONNECT_MS",
    "LIMIT_MAIL_TOTAL_MS": "sums up what LIMIT_MAIL_REPLY_MS bounds, in libcurl",
    "LIMIT_MAIL_SENDERS": "how many threads there are; of one business LIMIT_MAIL_PER_BUSINESS is tested",
    "LIMIT_MAIL_PAUSE_MOST_MS": "a pause of a row of works.def: tests/unit/test_due.c goes through all rows",
    "LIMIT_ASK_PAUSE_MS": "as LIMIT_MAIL_PAUSE_MOST_MS",
    "LIMIT_EVENTS_SENDERS": "how many threads there are; a business has one",
    "LIMIT_EVENTS_PAUSE_MOST_MS": "as LIMIT_MAIL_PAUSE_MOST_MS",
    "LIMIT_EVENTS_ASK": "how many share a transaction, and a minute: none is left out for it",
    "LIMIT_EVENTS_ROUND_MS": "as LIMIT_EVENTS_ASK",
    "LIMIT_EVENTS_LIVE_DAYS": "what is older is not asked about, which nobody can see",
    "LIMIT_RECUR": "how many share a transaction: none is left out for it",
    "LIMIT_RECUR_PAUSE_MS": "as LIMIT_MAIL_PAUSE_MOST_MS",
    "LIMIT_CHARGE": "open invoices of one customer that are looked at: nobody has so many, and the rest is looked at when these are paid",
    "LIMIT_CHARGE_MS": "as LIMIT_MAIL_PAUSE_MOST_MS; the outcome of a charge has it looked at once more, whenever that comes",
    "LIMIT_RECUR_MS": "as LIMIT_MAIL_PAUSE_MOST_MS; how often it is looked where the next day is far, which makes nothing",
    "LIMIT_ASK_PAUSE_MOST_MS": "as LIMIT_MAIL_PAUSE_MOST_MS",
    "LIMIT_REFUND_PAUSE_MOST_MS": "as LIMIT_MAIL_PAUSE_MOST_MS",
    "LIMIT_DUE_WRITE_MS": "how soon it is written again what a full queue or disk did not take: bounds nobody",
    "LIMIT_SEAL_WRITES": "signs as each minute does, after 5,000 writes",
    "LIMIT_UNSEALED_MS": "a daemon that runs signs each minute: there is nothing older",
}


def test_every_bound_is_reached_by_a_test_or_has_a_reason():
    assert len(LIMITS) > 100
    assert [name for name in LIMITS if name not in UNIT and name not in BY_DOING and name not in NOT] == []
    assert {*BY_DOING, *NOT} - set(LIMITS) == set(), "gone"
    assert set(NOT) & {*BY_DOING, *UNIT} == set(), "needs no reason"


def test_the_tests_that_are_named_are_there():
    for name, (file, test) in BY_DOING.items():
        assert re.search(rf"\b{test}\(", (ROOT / file).read_text()), (name, file, test)
