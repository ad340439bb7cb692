from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Request, Route, expect

from bot.ports import (
    Button,
    Buttons,
    Card,
    File,
    Fine,
    Message,
    Press,
    Reaction,
    Reply,
    Said,
    Submission,
    Text,
    Tone,
    Typed,
    Who,
)
from tests.browser.access import no_violations
from tests.browser.conftest import Visit
from tests.browser.scripted import (
    BOARD,
    CODE,
    HOSTILE,
    OPEN_QUESTION,
    ORDER,
    OTHER,
    QUESTION,
    REVEAL,
    WHY,
    Scene,
    open_scene,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def message(page: Page, sent: Message) -> Any:
    return page.locator(f"#m-{sent.id}")


def counted(people: int, first: Card = QUESTION) -> Card:
    blocks = tuple(
        Fine(f"{people} people have answered.") if block == Fine("Nobody has answered yet.") else block
        for block in first.blocks
    )
    return Card(first.title, blocks, first.tone, first.summary)


async def test_a_visitor_is_asked_for_a_name_once_and_can_change_it(scene: Scene, visit: Visit) -> None:
    page = await visit(name="")
    await page.fill("#name-field", "   ")
    await page.keyboard.press("Enter")
    await expect(page.locator("#name-fault")).to_have_text("A name needs at least one letter.")
    await page.fill("#name-field", "Ada <b>\u202eLovelace")
    await page.click("text=That is me")
    await expect(page.locator("#name")).to_have_text("Ada <b>Lovelace")
    await page.reload()
    await expect(page.locator("#name-dialog")).to_be_hidden()
    await page.click("#open-name")
    await page.fill("#name-field", "Countess")
    await page.keyboard.press("Enter")
    await expect(page.locator("#name")).to_have_text("Countess")
    assert [who.name for kind, who in scene.listener.told(tuple) if kind == "renamed"] == [
        "Ada <b>Lovelace",
        "Countess",
    ]


async def test_who_does_not_want_a_name_is_a_guest_and_not_asked_again(scene: Scene, visit: Visit) -> None:
    page = await visit(name="")
    await page.click("text=Later")
    await page.reload()
    await page.wait_for_selector("#connection[data-state=live]")
    await expect(page.locator("#name-dialog")).to_be_hidden()
    assert (await page.inner_text("#name")).startswith("Guest ")


async def test_a_pressed_option_gives_private_feedback_that_a_reload_keeps(scene: Scene, visit: Visit) -> None:
    sent = await scene.send(QUESTION)
    page, other = await visit(), await visit(name="Grace")
    question = message(page, sent)
    await question.locator(".option").nth(1).click()
    await expect(question.locator(".only .card-title")).to_have_text("Right")
    await expect(question.locator(".only")).to_contain_text("Only you see this")
    await page.reload()
    await expect(question.locator(".only .card-title")).to_have_text("Right")
    await expect(question.locator(".option").nth(1)).to_have_attribute("aria-pressed", "true")
    await expect(question.locator(".option").nth(0)).to_have_attribute("aria-pressed", "false")
    await expect(message(other, sent).locator(".only")).to_have_count(0)
    (press,) = scene.listener.told(Press)
    assert (press.ref, press.message, press.who.name, press.who.admin) == ("answer:tok1:1", sent, "Ada", True)
    assert press.who.account not in press.event


async def test_a_first_answer_that_counted_stays_marked_when_another_option_is_pressed(
    scene: Scene, visit: Visit
) -> None:
    sent = await scene.send(QUESTION)
    page = await visit()
    options = message(page, sent).locator(".option")
    await options.nth(0).click()
    await expect(message(page, sent).locator(".only .card-title")).to_have_text("Not right")
    await options.nth(1).click()
    await expect(message(page, sent).locator(".only .card-title")).to_have_text("Right")
    await expect(options.nth(0)).to_have_attribute("data-yours", "your answer")
    await expect(options.nth(1)).to_have_attribute("aria-pressed", "false")


async def test_counts_arrive_live_and_leave_the_focus_and_the_ticks_alone(scene: Scene, visit: Visit) -> None:
    many = await scene.send(CODE)
    sent = await scene.send(QUESTION)
    page = await visit()
    await message(page, many).locator("input").nth(2).check()
    await message(page, sent).locator(".option").nth(2).focus()
    await scene.platform.edit(sent, counted(7))
    await scene.platform.edit(
        many, Card(CODE.title, (*CODE.blocks[:2], Fine("9 people have answered.")), CODE.tone, CODE.summary)
    )
    await expect(message(page, sent)).to_contain_text("7 people have answered.")
    await expect(message(page, many)).to_contain_text("9 people have answered.")
    await expect(message(page, sent).locator(".option").nth(2)).to_be_focused()
    await expect(message(page, many).locator("input").nth(2)).to_be_checked()


async def test_a_reveal_replaces_the_question_and_says_what_each_bar_means(scene: Scene, visit: Visit) -> None:
    sent = await scene.send(QUESTION)
    page = await visit()
    await message(page, sent).locator(".option").nth(0).click()
    await message(page, sent).locator(".only").wait_for()
    await message(page, sent).locator(".option").nth(0).focus()
    await scene.platform.edit(sent, REVEAL)
    await scene.platform.reply(sent, WHY, "why")
    bars = message(page, sent).locator(".bar")
    await expect(bars).to_have_count(4)
    await expect(bars.nth(1).locator(".sr")).to_have_text("4 of 12, 33 %, right")
    await expect(bars.nth(3).locator(".sr")).to_have_text("0 of 12, 0 %")
    await expect(bars.nth(0).locator(".bar-label")).to_have_attribute("data-yours", "your answer")
    await expect(message(page, sent).locator(".thread .card-title")).to_have_text("Why")
    await expect(message(page, sent).locator(".letters")).to_have_count(0)
    await expect(message(page, sent).locator("> .column > .content > .card")).to_be_focused()
    await expect(page.locator("#announcer")).to_contain_text("The answer is out.")


async def test_several_options_are_ticked_and_sent_together(scene: Scene, visit: Visit) -> None:
    sent = await scene.send(CODE)
    page = await visit()
    card = message(page, sent)
    await expect(card.locator("[data-send]")).to_be_disabled()
    await card.locator("input").nth(0).check()
    await card.locator("input").nth(2).check()
    await card.locator("[data-send]").click()
    await card.locator(".only").wait_for()
    (press,) = scene.listener.told(Press)
    assert (press.ref, press.picked) == ("answer:tok2", ("answer:tok2:0", "answer:tok2:2"))
    await page.reload()
    await expect(card.locator("input").nth(2)).to_be_checked()
    await expect(card.locator("input").nth(1)).not_to_be_checked()


async def test_a_sequence_is_picked_with_the_keyboard_alone(scene: Scene, visit: Visit) -> None:
    sent = await scene.send(ORDER)
    page = await visit()
    card = message(page, sent)
    await card.locator(".option").nth(0).focus()
    for key in "bad":
        await page.keyboard.press(key)
    await expect(card.locator(".sequence")).to_have_text("Your order: B, A, D")
    await card.locator("[data-undo]").focus()
    await page.keyboard.press("Enter")
    await expect(card.locator(".sequence")).to_have_text("Your order: B, A")
    await card.locator(".option").nth(3).focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("c")
    await card.locator("[data-send]").focus()
    await page.keyboard.press("Enter")
    await card.locator(".only").wait_for()
    (press,) = scene.listener.told(Press)
    assert press.picked == ("answer:tok3:1", "answer:tok3:0", "answer:tok3:3", "answer:tok3:2")


async def test_a_letter_answers_the_question_that_has_the_focus_and_slash_opens_the_composer(
    scene: Scene, visit: Visit
) -> None:
    sent = await scene.send(QUESTION)
    page = await visit()
    await message(page, sent).locator("> .column > .content > .card").focus()
    await page.keyboard.press("b")
    await message(page, sent).locator(".only").wait_for()
    assert [press.ref for press in scene.listener.told(Press)] == ["answer:tok1:1"]
    await page.keyboard.press("/")
    await expect(page.locator("#text")).to_be_focused()
    await expect(page.locator("#text")).to_have_value("/")


async def test_a_letter_reaction_is_told_as_the_sign_and_can_be_taken_back(scene: Scene, visit: Visit) -> None:
    sent = await scene.send(QUESTION)
    page = await visit()
    letter = message(page, sent).locator(".reaction").nth(1)
    await letter.click()
    await expect(message(page, sent).locator(".only .card-title")).to_have_text("Right")
    (reaction,) = scene.listener.told(Reaction)
    assert (reaction.emoji, reaction.message) == ("🇧", sent)
    assert [(emoji, who.name) for emoji, who in await scene.platform.reactors(sent)] == [("🇧", "Ada")]
    await page.reload()
    await expect(letter).to_have_attribute("aria-pressed", "true")
    await letter.click()
    await expect(letter).to_have_attribute("aria-pressed", "false")
    assert await scene.platform.reactors(sent) == []


async def test_the_bots_reaction_is_a_count_that_visitors_can_join(scene: Scene, visit: Visit) -> None:
    sent = await scene.send(REVEAL)
    page, other = await visit(), await visit(name="Grace")
    await scene.platform.react(sent, "⭐")
    await scene.platform.react(sent, "⭐")
    await expect(message(page, sent).locator(".count")).to_have_text("⭐ 1")
    await message(page, sent).locator(".count").click()
    await expect(message(other, sent).locator(".count")).to_have_text("⭐ 2")
    await expect(message(page, sent).locator(".count")).to_have_attribute("aria-pressed", "true")


async def test_a_typed_answer_goes_to_its_question_and_a_word_to_everybody(scene: Scene, visit: Visit) -> None:
    sent = await scene.send(QUESTION)
    page, other = await visit(), await visit(name="Grace")
    await expect(page.locator("#context-text")).to_contain_text("Answering: A test of two variants")
    await expect(page.locator("#text")).to_have_attribute("placeholder", "Type your answer, or / for commands")
    await page.locator("#text").press_sequentially("B")
    await page.keyboard.press("Enter")
    await expect(message(page, sent).locator(".only .echo")).to_have_text("B")
    await expect(page.locator("#context")).to_be_hidden()
    await page.fill("#text", "Good <b>morning</b> all")
    await page.click("#send")
    await expect(other.locator(".visitor .said")).to_have_text("Good <b>morning</b> all")
    await expect(other.locator(".visitor .author")).to_have_text("Ada")
    await expect(message(other, sent).locator(".only")).to_have_count(0)
    assert [(said.text, said.thread) for said in scene.listener.told(Said)] == [
        ("B", sent),
        ("Good <b>morning</b> all", None),
    ]
    await page.fill("#text", "thanks all")
    await page.keyboard.press("Enter")
    await expect(other.locator(".card-title", has_text="You are welcome")).to_be_visible()


async def test_an_answer_by_text_stays_aimed_until_it_counted_or_the_visitor_turns_away(
    scene: Scene, visit: Visit
) -> None:
    sent = await scene.send(QUESTION)
    page = await visit()
    scene.listener.typed_feedback = Card("Not counted yet", (Text("There is no number in it."),), Tone.NOTE)
    await page.fill("#text", "well")
    await page.keyboard.press("Enter")
    await expect(message(page, sent).locator(".only .card-title")).to_have_text("Not counted yet")
    await expect(page.locator("#context")).to_be_visible()
    await page.click("#context-close")
    await expect(page.locator("#context")).to_be_hidden()
    await message(page, sent).locator("[data-reply]").click()
    await expect(page.locator("#context")).to_be_visible()
    scene.listener.typed_feedback = None
    await page.keyboard.type("B")
    await page.keyboard.press("Enter")
    await expect(message(page, sent).locator(".only .card-title")).to_have_text("Right")
    await expect(page.locator("#context")).to_be_hidden()
    await scene.send(OPEN_QUESTION)
    await expect(page.locator("#context-text")).to_contain_text("Answering: How would you roll out")


async def test_a_long_question_is_named_by_its_beginning_with_an_ellipsis(scene: Scene, visit: Visit) -> None:
    await scene.send(Card("Question", (Text("word " * 40),), Tone.QUESTION))
    page = await visit(viewport={"width": 1400, "height": 900})
    await expect(page.locator("#context-text")).to_have_text(re.compile(r"Answering: (word )+word…"))


async def test_escape_turns_a_reply_back_into_a_word_to_everybody(scene: Scene, visit: Visit) -> None:
    sent = await scene.send(REVEAL)
    page = await visit()
    await message(page, sent).locator("[data-reply]").click()
    await page.keyboard.press("Escape")
    await expect(page.locator("#context")).to_be_hidden()


async def test_a_form_stays_open_until_it_is_filled_in_well(scene: Scene, visit: Visit) -> None:
    sent = await scene.send(OPEN_QUESTION)
    page = await visit()
    await message(page, sent).get_by_role("button", name="Write your answer").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Send answer").click()
    await expect(dialog.locator("#fault-1")).to_have_text("This is needed.")
    await expect(dialog.locator("#field-1")).to_be_focused()
    await dialog.locator("#field-1").fill("abc")
    await dialog.get_by_role("button", name="Send answer").click()
    await expect(dialog.locator("#fault-1")).to_have_text("A little more, please.")
    await dialog.locator("#field-1").fill("First a shadow run, then one per cent.")
    await dialog.locator("#field-2").select_option("5")
    await dialog.get_by_role("button", name="Send answer").click()
    await expect(dialog).to_be_hidden()
    await expect(message(page, sent).locator(".only .card-title")).to_have_text("Noted")
    submission = scene.listener.told(Submission)[-1]
    assert submission.ref == "write:tok4"
    assert submission.values == {"answer": "First a shadow run, then one per cent.", "sure": "5", "note": ""}
    await message(page, sent).get_by_role("button", name="Write your answer").click()
    await page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    await expect(page.locator("#form-dialog")).to_be_hidden()


async def test_commands_are_completed_with_the_keyboard_and_answered_in_private(scene: Scene, visit: Visit) -> None:
    page, other = await visit(), await visit(name="Grace")
    await page.locator("#text").press_sequentially("/l")
    option = page.get_by_role("option").first
    await expect(option).to_contain_text("/leaderboard")
    await expect(page.locator("#text")).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#text")).to_have_attribute("aria-activedescendant", "completion-0")
    await page.keyboard.press("Enter")
    await expect(page.locator("#text")).to_have_value("/leaderboard ")
    await expect(page.get_by_role("option")).to_contain_text("this week")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    await expect(page.locator(".only .echo")).to_have_text("/leaderboard week")
    await expect(page.locator(".only td").nth(6)).to_have_text("<b>Grace</b> @everyone")
    assert [typed.line for typed in scene.listener.told(Typed)] == ["/leaderboard week"]
    await page.reload()
    await expect(page.locator(".only .echo")).to_have_text("/leaderboard week")
    await expect(other.locator(".only")).to_have_count(0)
    await page.fill("#text", "/")
    await page.get_by_role("option").nth(2).click()
    await expect(page.locator("#text")).to_have_value("/study help ")


async def test_what_could_not_be_saved_is_said_and_the_text_stays(scene: Scene, visit: Visit) -> None:
    sent = await scene.send(QUESTION)
    page = await visit()
    scene.listener.failing = True
    await page.fill("#text", "C")
    await page.keyboard.press("Enter")
    await expect(page.locator("#toast")).to_have_text("Nothing was saved. Try again in a moment.")
    await expect(page.locator("#text")).to_have_value("C")
    await message(page, sent).locator(".option").nth(0).click()
    await expect(message(page, sent).locator(".option").nth(0)).not_to_have_attribute("aria-busy", "true")
    await expect(message(page, sent).locator(".only")).to_have_count(0)


async def test_an_action_that_the_network_lost_is_sent_again_as_the_same(scene: Scene, visit: Visit) -> None:
    sent = await scene.send(QUESTION)
    page = await visit()
    lost: list[Request] = []

    async def lose_the_first_answer(route: Route) -> None:
        if not lost:
            lost.append(route.request)
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/api/press", lose_the_first_answer)
    await message(page, sent).locator(".option").nth(1).click()
    await expect(message(page, sent).locator(".only .card-title")).to_have_text("Right")
    first, second = scene.listener.told(Press)
    assert first.event == second.event


async def test_nothing_is_missed_while_the_stream_was_cut(scene: Scene, visit: Visit) -> None:
    sent = await scene.send(QUESTION)
    page = await visit()
    scene.platform._stream.end()  # type: ignore[attr-defined]
    await page.wait_for_selector("#connection[data-state=lost]")
    await scene.platform.edit(sent, counted(3))
    later = await scene.send(BOARD)
    await page.wait_for_selector("#connection[data-state=live]")
    await expect(message(page, sent)).to_contain_text("3 people have answered.")
    await expect(message(page, later)).to_have_count(1)


async def test_a_lost_connection_is_said_in_words_until_it_is_back(scene: Scene, visit: Visit) -> None:
    page = await visit(viewport={"width": 390, "height": 800})
    said = page.locator("#connection-said")
    width = "element => element.getBoundingClientRect().width"
    assert await said.evaluate(width) < 2
    await page.context.route("**/*", lambda route: route.abort())
    scene.platform._stream.end()  # type: ignore[attr-defined]
    await expect(said).to_have_css("visibility", "visible")
    await expect(said).to_have_text("Connection lost. Trying again …")
    assert 150 < await said.evaluate(width) <= 390
    await page.context.unroute("**/*")
    await page.wait_for_selector("#connection[data-state=live]")
    assert await said.evaluate(width) < 2


async def test_only_the_person_meant_sees_a_direct_message_and_a_whisper(scene: Scene, visit: Visit) -> None:
    page, other = await visit(), await visit(name="Grace")
    account = await page.locator("body").get_attribute("data-account")
    who = Who("web", "local", str(account), "Ada")
    await scene.platform.direct(who, Card("For you", (Text("Your review is due."),)), "direct-1")
    await scene.platform.whisper(OTHER, who, Card("Elsewhere", ()))
    await scene.platform.whisper(
        (await scene.send(QUESTION)).place, who, Card("Psst", (Text("Well done."),), Tone.NOTE)
    )
    await expect(page.locator(".message.private")).to_contain_text("Only you see this")
    await expect(page.locator(".only .card-title")).to_have_text("Psst")
    await expect(other.locator(".card[data-tone=question]")).to_have_count(1)
    await expect(other.get_by_text("For you")).to_have_count(0)
    await expect(other.get_by_text("Psst")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".message.private .card-title")).to_have_text("For you")


async def test_the_own_desk_opens_and_follows_the_bot(scene: Scene, visit: Visit) -> None:
    page = await visit()
    await page.click("#open-home")
    await expect(page.locator("#home-body")).to_contain_text("Good to see you, Ada.")
    account = str(await page.locator("body").get_attribute("data-account"))
    await scene.platform.home(Who("web", "local", account, "Ada"), Card("Your desk", (Text("3 reviews are due."),)))
    await expect(page.locator("#home-body")).to_contain_text("3 reviews are due.")
    await page.keyboard.press("Escape")
    await expect(page.locator("#home-dialog")).to_be_hidden()


async def test_a_file_is_saved_by_its_link_which_the_desk_does_not_hide(scene: Scene, visit: Visit) -> None:
    file = File("cards.csv", "text/csv", b"a,b\r\n", "A table of cards")
    scene.listener.home = Card("Your desk", (Buttons((Button("take:team", "Take my cards along"),)),))
    scene.listener.answers["take:team"] = Reply(Card("Your cards", (Text("One card."), file), Tone.NOTE))
    await scene.send(QUESTION)
    page = await visit()
    await page.click("#open-home")
    await page.click("#home-body button")
    await expect(page.locator("#home-dialog")).to_be_hidden()
    link = page.locator(".only a.button")
    await expect(link).to_have_text("cards.csv")
    async with page.expect_download() as saving:
        await link.click()
    saved = await saving.value
    assert saved.suggested_filename == "cards.csv"
    assert (await asyncio.to_thread((await saved.path()).read_bytes)) == file.content
    assert await no_violations(page)


async def test_earlier_messages_are_loaded_on_demand(scene: Scene, visit: Visit) -> None:
    first = await scene.send(Card("The very first", (Text("one"),)))
    for number in range(55):
        await scene.send(Card(f"Number {number}", (Text("more"),)))
    page = await visit()
    await expect(page.locator(".message")).to_have_count(50)
    await page.click("#earlier")
    await expect(page.locator(".message")).to_have_count(56)
    await expect(page.locator(".message").first).to_have_id(f"m-{first.id}")
    await expect(page.locator("#earlier")).to_be_hidden()


async def test_what_comes_while_the_page_is_on_its_way_to_the_end_is_followed_too(scene: Scene, visit: Visit) -> None:
    for _ in range(6):
        await scene.send(QUESTION)
    page = await visit()
    await page.evaluate("window.scrollTo(0, 0)")
    await page.fill("#text", "/leaderboard")
    await page.evaluate(
        "new MutationObserver((_, watching) => { watching.disconnect(); fetch('/?in-between'); })"
        ".observe(document.getElementById('list'), {childList: true})"
    )
    async with page.expect_request(lambda request: request.url.endswith("?in-between")):
        await page.keyboard.press("Enter")
    await scene.send(BOARD)
    await expect(page.locator(".message .standings").last).to_be_in_viewport()
    await expect(page.locator("#newer")).to_be_hidden()


async def test_a_reader_further_up_is_told_of_new_messages_and_not_moved(scene: Scene, visit: Visit) -> None:
    for _ in range(6):
        await scene.send(QUESTION)
    page = await visit()
    await page.evaluate("window.scrollTo(0, 0)")
    await scene.send(BOARD)
    await expect(page.locator("#newer")).to_be_visible()
    assert await page.evaluate("window.scrollY") == 0
    await page.click("#newer")
    await expect(page.locator(".standings").last).to_be_in_viewport()


async def test_hostile_texts_reach_the_page_as_plain_text(scene: Scene, visit: Visit) -> None:
    card = Card(
        HOSTILE,
        (
            Text(HOSTILE),
            Fine(HOSTILE),
            *QUESTION.blocks[1:2],
            Text(f"`{HOSTILE}` $<script>$\n\n```html\n<img src=x onerror=alert(1)>\n```"),
        ),
        Tone.QUESTION,
        summary=HOSTILE,
    )
    sent = await scene.send(card)
    page = await visit(name="<i>Eve</i>")
    await page.click("#context-close")
    await page.fill("#text", "</textarea><script>alert(2)</script>")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said")).to_have_text("</textarea><script>alert(2)</script>")
    text = await message(page, sent).inner_text()
    assert "<script>alert(1)</script> @everyone <!channel> gnp.exe ␇" in text
    assert "\u202e" not in text
    assert await message(page, sent).locator("script, img, i, b:not(.completions b)").count() == 0
    assert await message(page, sent).locator('a[href^="javascript"]').count() == 0


async def test_the_colours_can_be_chosen_and_are_kept(scene: Scene, visit: Visit) -> None:
    page = await visit(color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(ground)
    await page.click("#theme")
    assert await page.evaluate(ground) == light
    await page.click("#theme")
    dark = await page.evaluate(ground)
    assert dark != light
    await page.reload()
    assert await page.evaluate(ground) == dark


async def test_places_have_their_own_messages_and_an_unknown_one_leads_back(scene: Scene, visit: Visit) -> None:
    await scene.send(QUESTION)
    await scene.send(BOARD, OTHER)
    page = await visit()
    await expect(page.locator(".card")).to_have_attribute("data-tone", "question")
    await page.get_by_role("link", name="#reading-group").click()
    await expect(page.locator(".card")).to_have_attribute("data-tone", "board")
    await expect(page.locator("[aria-current=page]")).to_have_text("#reading-group")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
async def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(
    scene: Scene, visit: Visit, colours: str, width: int
) -> None:
    revealed = await scene.send(REVEAL)
    await scene.platform.reply(revealed, WHY, "why")
    await scene.platform.react(revealed, "⭐")
    for card in (CODE, ORDER, OPEN_QUESTION, BOARD):
        await scene.send(card)
    sent = await scene.send(QUESTION)
    page = await visit(name="", viewport={"width": width, "height": 800}, color_scheme=colours, reduced_motion="reduce")
    assert await no_violations(page)
    await page.click("text=Later")
    await message(page, sent).locator(".option").nth(0).click()
    await message(page, sent).locator(".only").wait_for()
    await page.fill("#text", "hello everybody")
    await page.keyboard.press("Enter")
    await page.locator(".said").wait_for()
    assert await no_violations(page)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    controls = "[...document.querySelectorAll('button, .option, input:not([type=checkbox])')]"
    small = await page.evaluate(
        f"{controls}.filter((each) => each.checkVisibility())"
        ".filter((each) => each.getBoundingClientRect().height < 44).map((each) => each.outerHTML)"
    )
    assert small == []
    await message(page, await scene.send(OPEN_QUESTION)).get_by_role("button", name="Write your answer").click()
    await page.get_by_role("dialog").wait_for()
    assert await no_violations(page)


async def test_a_page_that_others_can_reach_asks_for_the_code(sqlite_url: str, chromium: Browser) -> None:
    async with open_scene(sqlite_url, host="0.0.0.0") as scene:
        context = await chromium.new_context(color_scheme="dark")
        page = await context.new_page()
        await page.goto(scene.address)
        await expect(page.get_by_role("heading")).to_have_text("Enter the code")
        assert await no_violations(page)
        await page.get_by_label("Code").fill("wrong")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("That is not the code.")
        await page.get_by_label("Code").fill(str(scene.doors.code).upper())
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#connection[data-state=live]")
        await page.click("text=Later")
        sent = await scene.send(QUESTION)
        await message(page, sent).locator(".option").nth(1).click()
        await message(page, sent).locator(".only").wait_for()
        assert not scene.listener.told(Press)[0].who.admin
        await context.close()


async def test_closing_the_doors_ends_open_streams_within_seconds(sqlite_url: str, chromium: Browser) -> None:
    context = await chromium.new_context()
    async with open_scene(sqlite_url) as scene:
        page = await context.new_page()
        await page.goto(scene.address)
        await page.wait_for_selector("#connection[data-state=live]")
        async with asyncio.timeout(4):
            await scene.doors.close()
    await context.close()
