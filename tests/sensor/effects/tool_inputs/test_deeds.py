"""What the names and arguments of MCP tools say."""

from __future__ import annotations

import time

import pytest

from sensor.effects.tool_inputs.deeds import deed_flags


def flags(tool, *words, server="s"):
    return set(deed_flags(tool, server, words))


@pytest.mark.parametrize("tool", ["delete_repository", "deleteRepository", "repository.delete", "Repo-Delete", "hub_repo_purge"])
def test_a_deed_is_the_same_in_every_style(tool):
    assert flags(tool) == {"tool-removes", "about-repositories"}


@pytest.mark.parametrize(("words", "expected"), [
    (("action=delete", "resource=repository"), {"tool-removes", "about-repositories"}),
    (("method=DELETE", "path=/v1/repos/7"), {"tool-removes", "about-repositories"}),
    (("operation_name=DeleteRepository",), {"tool-removes", "about-repositories"}),
    (("query=mutation { deleteRepository(input: {id: 4}) { id } }",), {"tool-removes", "about-repositories"}),
    (("query=query { repository(id: 4) { deletedAt } }",), set()),
    (("query=# x\nmutation { a: deleteRepository(input: {id: 4}) { id } }",), {"tool-removes", "about-repositories"}),
    (("query=query A { a } mutation B { deleteRepository(id: 4) { id } }",), {"tool-removes", "about-repositories"}),
    (("request=DELETE /v1/repos/7",), {"tool-removes", "about-repositories"}),
    (("method=GET", "method=DELETE", "path=/v1/repos/7"), {"tool-removes", "about-repositories"}),
    (("actions=delete", "resource=repository"), {"tool-removes", "about-repositories"}),
    (("request=GET /v1/repos/7",), set()),
    (("method=GET", "path=/v1/repos/7"), set()),
    (("action=list", "resource=repository"), set()),
])
def test_arguments_say_it_where_the_name_does_not(words, expected):
    assert flags("manage", *words) == expected


@pytest.mark.parametrize("tool", ["list_deleted_users", "search_delete_logs", "check_delete_rights", "count_tokens", "users.list", "browser_click", "", "_"])
def test_what_only_looks_does_nothing(tool):
    assert flags(tool) == set()


def test_getting_is_showing_and_nothing_more():
    assert flags("get_deleted_secret") == {"tool-shows", "about-secrets"}


@pytest.mark.parametrize(("tool", "word", "flag"), [
    ("delete_row", "database=shop-prod", "in-production"),
    ("delete_row", "database=shop_test", "of-tests"),
    ("delete_row", "ids=*", "of-all"),
    ("delete_all_rows", "a=b", "of-all"),
    ("delete_branch", "branch=release/2", "of-main"),
    ("share_file", "type=anyone", "to-everyone"),
    ("make_public", "a=b", "to-everyone"),
    ("set_role", "role=roles/owner", "to-admin"),
    ("send", "list=all-customers", "to-many"),
    ("post", "text=@channel", "to-many"),
    ("post", "text=@channel read this at once", "to-many"),
    ("post", "text=look <!here>", "to-many"),
    ("empty_trash", "drive=team", "of-all"),
    ("batch_delete_mails", "ids=7", "of-all"),
    ("update_service", "status=disabled", "switched-off"),
    ("set_security_level", "value=essentially_off", "switched-off"),
    ("patch_page", "archived=true", "tool-removes"),
    ("reset_factors", "user=a", "tool-disables"),
    ("remove_container", "container=pg-test", "of-tests"),
    ("update_bank_account", "account=acct", "about-money"),
    ("run_operation", "macro=drop_schema", "tool-removes"),
    ("resolve_incidents", "ids=all", "of-all"),
    ("update_protection", "enforce_admins=false", "switched-off"),
    ("update_settings", "two_factor_required=false", "guard-off"),
    ("deploy_to_production", "a=b", "in-production"),
    ("bulk_delete", "a=b", "of-all"),
    ("power_off", "a=b", "tool-disables"),
    ("change_owner", "a=b", "tool-hands-over"),
])
def test_how_far_it_reaches(tool, word, flag):
    assert flag in flags(tool, word)


@pytest.mark.parametrize(("tool", "word", "flag"), [
    ("write_file", "path=/home/dev/a", "of-tests"),
    ("write_text", "text=production", "in-production"),
    ("delete_row", "database=product", "in-production"),
    ("delete_row", "database=latest", "of-tests"),
    ("delete_row", "name=prod-test", "of-tests"),
    ("assign_issue", "assignee=admin", "to-admin"),
    ("update_protection", "enforce_admins=true", "switched-off"),
    ("update_service", "enabled=false", "guard-off"),
    ("update_field", "required=false", "guard-off"),
    ("set_cell", "value=all", "of-all"),
    ("send", "list=customers", "to-many"),
    ("update_text", "note=" + "production " * 20, "in-production"),
])
def test_near_misses(tool, word, flag):
    assert flag not in flags(tool, word)


def test_the_server_may_stand_for_production():
    assert "in-production" in flags("execute", server="shop-prod") and "in-production" not in flags("execute", server="products")


@pytest.mark.parametrize(("tool", "server", "words", "flag"), [
    ("set_time_zone", "s", ("zone=Europe",), "about-names"),
    ("update_record", "tables", ("id=7",), "about-names"),
    ("get_token_price", "s", (), "about-secrets"),
    ("update_design_tokens", "s", (), "about-secrets"),
    ("set_key", "s", ("key=a",), "about-secrets"),
    ("create_payment_link", "s", (), "about-money"),
    ("create_customer", "stripe", (), "about-money"),
    ("uninstall_app", "s", ("bundle=org.example.app",), "about-machines"),
    ("add_security_group_rule", "s", (), "about-guards"),
])
def test_words_that_mean_something_else_here(tool, server, words, flag):
    assert flag not in flags(tool, *words, server=server)


@pytest.mark.parametrize(("tool", "server", "words", "flag"), [
    ("update_record", "cloudflare", ("id=7",), "about-names"),
    ("update_record", "s", ("zone_id=7",), "about-names"),
    ("update_subscription", "stripe", (), "about-money"),
    ("capture_charge", "s", (), "about-money"),
    ("archive_channel", "s", (), "about-channels"),
    ("create_api_key", "s", (), "about-secrets"),
    ("add_security_group_rule", "s", (), "about-gates"),
])
def test_words_that_mean_it_together(tool, server, words, flag):
    assert flag in flags(tool, *words, server=server)


def test_the_server_may_stand_for_tests():
    assert "of-tests" in flags("create_payment", server="pay-test") and "of-tests" not in flags("create_payment", server="pay-latest")
    assert "of-tests" not in flags("create_payment", "name=shop-prod", server="pay-test")


def test_many_recipients_are_counted():
    assert "to-many" in flags("send", *["to=a@example.com"] * 20) and "to-many" not in flags("send", *["to=a@example.com"] * 19)


def test_sessions_and_guests_are_things():
    assert flags("get_cookies") == {"tool-shows", "about-sessions"} and flags("invite_guest") == {"tool-grants", "about-guests"}


def test_a_tool_that_calls_others_is_named_by_its_arguments():
    assert flags("call_tool", "name=delete_repository") == {"tool-removes", "about-repositories"}
    assert flags("call_tool", "name=list_repositories") == set()
    assert flags("rename_tool", "name=delete_repository") == {"tool-sets"}


@pytest.mark.parametrize(("tool", "key"), [
    ("batch", "tool"), ("execute_action", "actionId"), ("use_mcp_tool", "tool_name"), ("MULTI_EXECUTE_TOOL", "tool_slug"), ("call_tool", "name"),
])
def test_a_tool_that_calls_another_does_what_that_one_does(tool, key):
    assert flags(tool, f"{key}=HUB_DELETE_A_REPOSITORY") >= {"tool-removes", "about-repositories"}


@pytest.mark.parametrize(("tool", "word"), [
    ("search_tools", "tool_name=delete_repository"), ("describe_action", "action_id=delete_repository"), ("get_tool_schema", "tool_name=delete_repository"),
    ("search", "query=DELETE /v1/repos/7"),
])
def test_looking_for_a_tool_is_not_calling_it(tool, word):
    assert "tool-removes" not in flags(tool, word)


@pytest.mark.parametrize(("tool", "words", "server", "flag"), [
    ("post", ("text=the @channel decorator",), "chat", "to-many"), ("update_service", ("status=active",), "pager", "switched-off"), ("patch_page", ("archived=false",), "notes", "tool-removes"),
    ("reset_view", ("user=a",), "ui", "tool-disables"), ("list_items", (), "bitwarden", "about-secrets"), ("update_account", ("name=x",), "stripe", "about-money"),
])
def test_what_only_sounds_like_it(tool, words, server, flag):
    assert flag not in flags(tool, *words, server=server)


def test_what_a_vault_shows_is_secret():
    assert flags("export", "format=json", server="bitwarden") == {"tool-shows", "about-secrets"}


@pytest.mark.parametrize(("tool", "word", "flag"), [
    ("update_page", "public_url_enabled=true", "to-everyone"), ("update_page", "anonymous=true", "to-everyone"), ("put_block", "block_public_acls=false", "to-everyone"),
    ("cancel_subscription", "subscription=all", "of-all"), ("delete_block", "block_id=workspace-root-docs", "of-all"), ("update_user", "profile=System Administrator", "to-admin"),
    ("send_mail", "to=everyone@example.com", "to-many"), ("update_project", "scrub_data=false", "guard-off"),
])
def test_switches_and_names_say_how_far(tool, word, flag):
    assert flag in flags(tool, word)


@pytest.mark.parametrize(("tool", "word", "flag"), [
    ("put_block", "block_public_acls=true", "to-everyone"), ("update_page", "public=false", "to-everyone"), ("delete_block", "block_id=roots-of-trees", "of-all"), ("list_orders", "state=all", "of-all"),
    ("send_mail", "to=allan@example.com", "to-many"), ("update_project", "scrub_data=true", "guard-off"),
])
def test_switches_and_names_that_reach_nobody(tool, word, flag):
    assert flag not in flags(tool, word)


def test_rows_of_empty_lines_in_many_requests_take_no_time():
    began = time.process_time()
    deed_flags("graphql_mutation", "linear", tuple(f"query{number}=mutation {{{chr(10) * 980}" for number in range(260)))
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("word", ["livemode=false", "live_mode=False", "test_mode=true", "sandbox=true", "useSandbox=true", "mode=test", "api_key=sk_test_1", "account=acct_test_9"])
def test_play_money(word):
    assert "of-tests" in flags("create_refund", "charge=c7", word)


@pytest.mark.parametrize("word", ["livemode=true", "test_mode=false", "sandbox=false", "mode=latest", "memo=test", "api_key=sk_live_1"])
def test_real_money(word):
    assert "of-tests" not in flags("create_refund", "charge=c7", word)


def test_a_live_key_outweighs_the_mode():
    assert "of-tests" not in flags("create_refund", "mode=test", "api_key=sk_live_1")
