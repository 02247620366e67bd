"""The suite finds what it is for.

Each bug of a table is planted in turn (common/base/fault.h) in the faulty
variant of the code, and each test that is named beside it must fail. The same
test must pass on the same binary without the bug. A bug that no test finds is a
hole in the suite.
"""

import concurrent.futures
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

BIN = pathlib.Path(os.environ["PULSETAKER_BIN"])
TESTS = pathlib.Path(os.environ["PULSETAKER_TESTS"])

# A test that hangs has not failed.
LIMIT_SECONDS = 120


@dataclasses.dataclass(frozen=True)
class Catcher:
    binary: str
    test: str
    environment: tuple = ()
    repeats: int = 1  # For tests that meet the bug only by chance.
    last_words: str = ""  # Of the process, where the bug ends it.


def ledger(test):
    return Catcher("kv_ledger_test_faulty", "LedgerTest." + test)


def backup(test):
    return Catcher("kv_backup_test_faulty", "BackupTest." + test)


def rocks(test):
    return Catcher("kv_rocks_test_faulty", test)


def disk_full(test, last_words=""):
    return Catcher("kv_rocks_disk_full_test_faulty",
                   "RocksDiskFullTest." + test, last_words=last_words)


def log_gap(test):
    return Catcher("log_gap_test_faulty", "LogGapTest." + test)


def store(test):
    return Catcher("survey_store_test_faulty", test)


def service(test, repeats=1):
    return Catcher("survey_service_test_faulty", test, repeats=repeats)


def killed_at(point):
    return Catcher("kill_points_test",
                   "KillPointsTest.LosesNothingThatWasAcknowledged",
                   (("PULSETAKER_KILL_POINTS", point),
                    ("PULSETAKER_POINT_KILLS", "8")))


def tls(test):
    return Catcher("rpc_tls_test_faulty", "TlsTest." + test)


def disclosure(test):
    return Catcher("disclosure_proof_test_faulty",
                   "DisclosureProofTest." + test,
                   (("PULSETAKER_DISCLOSURE_TABLES", "1000"),
                    ("PULSETAKER_DISCLOSURE_PAIRS", "200")))


def audit_log(test):
    return Catcher("audit_log_test_faulty", "AuditLogTest." + test)


def audit_verifier(test):
    return Catcher("audit_export_verifier_test_faulty",
                   "ExportVerifierTest." + test)


def erasure(test):
    return Catcher("erasure_test_faulty", test)


ON_DISK = rocks("RocksOnDiskTest.KeepsItsPromises")
SYNC_FAILS = rocks("RocksDeathTest.EndsTheProcessWhenASyncFails")
ONCE_A_REQUEST = store("ResponseLogTest.SubmitsOnceForEachRequest")
NOT_BEFORE_SYNC = store("CommitterTest.TellsAndShowsNothingBeforeItsSync")
VERDICTS = store("ResponseLogTest.GivesEachRowItsVerdict")

# Each bug, and the test or tests that must find it.
BUGS = {
    # What reaches the disk, and when.
    "no_sync": SYNC_FAILS,
    "sync_error_ignored": SYNC_FAILS,
    "told_before_sync": NOT_BEFORE_SYNC,
    "view_before_sync": NOT_BEFORE_SYNC,
    "recovered_not_synced": store("CommitterTest.SyncsWhatItFinds"),
    "frame_in_pieces": killed_at("log.watermark_put"),
    "counts_in_own_batch": killed_at("log.watermark_put"),
    "queue_dropped_at_stop":
        store("CommitterTest.CarriesOutEverythingBeforeItEnds"),
    # Damage, and what is missing.
    "manifest_not_checked":
        rocks("RocksTest.ReportsAManifestThatLostItsEnd"),
    "torn_tail_refused":
        rocks("RocksTest.AcceptsATornTailThatNoOneWasToldOf"),
    "log_gap_ignored": log_gap("KeepsAFirstPartOfWhatWasWritten"),
    "log_switched_unsynced": log_gap("SyncsEachLogFileBeforeTheNextIsWrittenTo"),
    "checksums_not_verified": rocks("RocksTest.ReportsADamagedTableFile"),
    "ledger_not_advanced": rocks("RocksTest.RaisesTheMarkToWhatWasSynced"),
    "ledger_not_checked":
        rocks("RocksTest.ReportsALostTailThatRocksDbAccepts"),
    "ledger_not_synced": ledger("SyncsEachMark"),
    "ledger_checksum_ignored": ledger("ReportsWhatItCannotRead"),
    "ledger_overwritten": ledger("FallsBackToTheOtherSlot"),
    "lost_ledger_replaced": ON_DISK,
    "lost_database_replaced": ON_DISK,
    # Backups.
    "backup_without_log": backup("RestoresWhatWasAcknowledged"),
    "restored_mark_forgotten": backup("RefusesABackupThatEndsBeforeItsMark"),
    "half_restored_opened": backup("NeverOpensWhatIsHalfRestored"),
    "mark_of_another_counted": backup("CountsNoMarkOfAnotherBackup"),
    "proven_backup_purged": backup("KeepsTheNewestThatIsProven"),
    # No room.
    "disk_full_ignored": disk_full("SyncsWhatCameBeforeTheDiskWasFull"),
    "disk_reserve_ignored": disk_full("KeepsAReserveOfTheDisk"),
    "flush_begun_while_stopped":
        disk_full("ForgetsNoFlush",
                  "a database with a full disk does not go on"),
    "queue_without_limit": store("CommitterTest.TurnsAwayWhatDoesNotFit"),
    "sync_refusal_forgotten":
        store("CommitterTest.SaysThatTheDiskIsFullWhenItCannotSync"),
    # Once, and in order.
    "rows_taken_in_again": store("ResponseLogTest.TakesInEachRowOnce"),
    "watermark_off_by_one": VERDICTS,
    "revision_kept": VERDICTS,
    "request_id_forgotten":
        service("ResponseHandlersTest.AnswersARepeatWithTheFirstResult"),
    "request_digest_ignored": ONCE_A_REQUEST,
    "closed_wave_takes_rows":
        store("ResponseLogTest.RefusesInTheOrderOfThePort"),
    "close_repeated": service(
        "FieldworkHandlersTest.RepeatsOfChangesOfStateChangeNothing"),
    "row_checksum_ignored":
        service("ResponseStreamTest.RejectsARowAndGoesOnWithTheOthers"),
    "answers_lost_at_stop": service(
        "ResponseStreamTest.AnswersWhatItTookInBeforeItStops", repeats=20),
    "roster_cache_stale":
        store("SurveyDatabaseTest.TellsInvitationsAlsoOnceTheyChange"),
    # Who may call what, and that it is written down.
    "permission_skipped":
        Catcher("rpc_access_test_faulty",
                "AccessTest.RefusesBeforeTheMethodRuns"),
    "tenant_of_the_request":
        Catcher("rpc_access_test_faulty",
                "AccessTest.TellsOneTenantNothingOfWhatAnotherHas"),
    "refused_request_kept":
        Catcher("rpc_access_test_faulty",
                "AccessTest.AForgetfulMethodSeesNothingOfARefusedRequest"),
    "respondent_uninvited":
        Catcher("rpc_access_test_faulty",
                "AccessTest.AnInvitationAloneSufficesWhereTheContractSaysSo"),
    "call_rate_shared_by_tenants":
        Catcher("rpc_call_rates_test_faulty",
                "LimitedServerTest.LetsOthersGoOn"),
    "operations_of_all_tenants":
        Catcher("rpc_operation_owners_test_faulty",
                "OperationOwnersTest.AnothersIsLikeNone"),
    "answer_before_audit":
        Catcher("rpc_call_audit_test_faulty",
                "CallAuditTest.NoAuditNoReply"),
    # The audit log.
    "audit_told_before_sync": audit_log("TellsAfterTheSync"),
    "audit_refused_counted": audit_log("GoesOnWithoutAGapAfterAFullDisk"),
    "audit_lost_key_replaced": audit_log("StopsWithoutItsKey"),
    "audit_head_not_compared":
        audit_log("DoesNotOpenWhatItsHeadDoesNotVouchFor"),
    "audit_index_trusted": audit_log("NeverShowsATenantWhatIsAnothers"),
    "audit_root_not_compared": audit_verifier("FindsAChainWrittenAnew"),
    "audit_kept_heads_ignored":
        audit_verifier("KeptHeadsHoldAgainstTheOwnerOfTheKey"),
    # What is written of people, and what is erased.
    "texts_in_clear": store("PersonKeysTest.SealsAllThatIsWrittenOfPeople"),
    "person_key_kept": store("ErasureTest.LeavesNothingInAnyRow"),
    "nominations_of_erased_kept": store("ErasureTest.LeavesNothingInAnyRow"),
    "erasure_not_in_ledger":
        store("ErasureTest.IsReplayedIntoEveryOlderBackup"),
    "erasure_ledger_not_replayed":
        store("ErasureTest.IsReplayedIntoEveryOlderBackup"),
    "feed_of_another_run":
        service("ErasureHandlersTest.BeginsAnewForWhomFollowedAnotherRun"),
    "results_not_withdrawn":
        erasure("WithdrawalsTest.WithdrawsWhatIsNotOfWhatTheWaveShows"),
    "withdrawn_not_purged":
        Catcher("erasure_store_test_faulty",
                "WithdrawnRowsTest.TakesBytesOutOfTheFiles"),
    "retention_passes_open_waves":
        store("RetentionTest.ErasesWhoIsDueAndNobodyElse"),
    "retention_without_delay":
        service("RetentionHandlersTest.ErasesByItselfWhoIsDue"),
    # What is told of places.
    "no_complementary_suppression": disclosure("NoHiddenCellCanBeNarrowed"),
    "counts_not_rounded": disclosure("NoTwoReleasesTellOfFew"),
    "release_ledger_ignored": disclosure("NoTwoReleasesTellOfFew"),
    # Who may connect.
    "tls_12_spoken": tls("OnlyTls13IsSpoken"),
    "any_certificate_taken":
        tls("NoConnectionWithACertificateThatDoesNotHold"),
    "tls_files_not_checked":
        Catcher("rpc_tls_reload_test_faulty", "TlsReloadTest."
                "KeepsWhatWasThereWhileTheFilesCannotBeUsed"),
}


def run(catcher, bug=None):
    """What became of the test: "passed", "failed", or why it says nothing;
    and what it printed."""
    environment = dict(os.environ, **dict(catcher.environment))
    environment.pop("PULSETAKER_PLANTED_BUG", None)
    if bug is not None:
        environment["PULSETAKER_PLANTED_BUG"] = bug
    try:
        done = subprocess.run(
            [TESTS / catcher.binary, "--gtest_filter=" + catcher.test,
             f"--gtest_repeat={catcher.repeats}"],
            env=environment, timeout=LIMIT_SECONDS, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        return f"took longer than {LIMIT_SECONDS} s", ""
    output = done.stdout.decode(errors="replace")
    if "[ RUN      ] " + catcher.test not in output:
        return "did not run", output
    if done.returncode == 0:
        return "passed", output
    # A test that ended by a signal, or its set-up, found nothing.
    if done.returncode == 1 and "[  FAILED  ] " + catcher.test in output:
        return "failed", output
    if catcher.last_words and done.returncode < 0 and \
            catcher.last_words in output:
        return "failed", output
    return f"ended with {done.returncode}", output


def catchers_of(bug):
    found_by = BUGS[bug]
    return (found_by,) if isinstance(found_by, Catcher) else found_by


def names_in_sources(macro):
    pattern = re.compile(macro + r'\("([^"]+)"\)')
    names = set()
    for root in ("common", "services"):
        for path in pathlib.Path(root).rglob("*.cc"):
            names.update(pattern.findall(path.read_text()))
    return names


class PlantedBugsTest(unittest.TestCase):

    def test_each_bug_is_caught(self):
        self.assertGreaterEqual(len(BUGS), 15)
        caught = 0
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            sound = {}
            planted = {}
            for bug in BUGS:
                for catcher in catchers_of(bug):
                    if catcher not in sound:
                        sound[catcher] = pool.submit(run, catcher)
                    planted[bug, catcher] = pool.submit(run, catcher, bug)
            for bug in BUGS:
                catchers = catchers_of(bug)
                tests = ", ".join(catcher.test for catcher in catchers)
                with self.subTest(bug=bug, catchers=tests):
                    for catcher in catchers:
                        became, output = sound[catcher].result()
                        self.assertEqual(became, "passed",
                                         "without a bug:\n" + output)
                        became, output = planted[bug, catcher].result()
                        self.assertEqual(became, "failed",
                                         "with the bug:\n" + output)
                    caught += 1
                    print(f"{bug}: caught by {tests}")
        print(f"{len(BUGS)} planted bugs, {caught} caught", flush=True)

    def test_every_bug_there_is_has_its_test(self):
        self.assertEqual(names_in_sources("PT_PLANTED_BUG"), set(BUGS))

    def test_what_ships_has_no_switches(self):
        names = names_in_sources("PT_KILL_POINT") | set(BUGS)
        names |= {"PULSETAKER_KILL_AT", "PULSETAKER_PLANTED_BUG"}

        def found(binary):
            content = binary.read_bytes()
            return {name for name in names if name.encode() in content}

        self.assertEqual(found(BIN / "pulsetaker-survey-faulty") |
                         found(BIN / "pulsetaker-assessment-faulty") |
                         found(TESTS / "disclosure_proof_test_faulty") |
                         found(TESTS / "audit_export_verifier_test_faulty"),
                         names)
        self.assertEqual(found(BIN / "pulsetaker-survey"), set())
        self.assertEqual(found(BIN / "pulsetaker-assessment"), set())


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    unittest.main()
