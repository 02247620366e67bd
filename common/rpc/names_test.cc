// Resource names, page tokens, field checks and addresses: what callers write
// by hand.

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "common/rpc/address.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/page_token.h"
#include "common/rpc/resource_name.h"
#include "gtest/gtest.h"

namespace pulsetaker::rpc {
namespace {

using std::string_literals::operator""s;

constexpr char kWave[] =
    "tenants/north/localities/port/surveys/care/waves/2147483647";

TEST(ResourceNameTest, ReadsBackWhatItFormats) {
  const WaveName wave = {
      .tenant = "north", .locality = "port", .survey = "care", .wave = 12};
  EXPECT_EQ(FormatName(wave),
            "tenants/north/localities/port/surveys/care/waves/12");
  EXPECT_EQ(*ParseWaveName(FormatName(wave), "name"), wave);
  EXPECT_EQ(ParseWaveName(kWave, "name")->wave, 2147483647);

  const TenantName tenant = {.tenant = "north"};
  EXPECT_EQ(*ParseTenantName(FormatName(tenant), "name"), tenant);
  const LocalityName locality = {.tenant = "north", .locality = "port"};
  EXPECT_EQ(*ParseLocalityName(FormatName(locality), "name"), locality);
  const InstrumentName instrument = {.tenant = "north", .instrument = "i-1"};
  EXPECT_EQ(*ParseInstrumentName(FormatName(instrument), "name"), instrument);
  const SurveyName survey = {
      .tenant = "north", .locality = "port", .survey = "care"};
  EXPECT_EQ(*ParseSurveyName(FormatName(survey), "name"), survey);
  for (const char* collection :
       {kParticipants, kResponses, kUploads, kAnalyses, kAssessments}) {
    const WaveChildName child = {.wave = wave, .id = "p_1"};
    const std::string name = FormatName(child, collection);
    EXPECT_EQ(name, absl::StrCat(FormatName(wave), "/", collection, "/p_1"));
    EXPECT_EQ(*ParseWaveChildName(name, collection, "name"), child);
  }
  const std::string id = "01234567-89ab-cdef-0123-456789abcdef";
  EXPECT_EQ(*ParseOperationName(FormatOperationName(id), "name"), id);
}

TEST(ResourceNameTest, SaysWhatIsWrong) {
  const std::string form = "is not of the form tenants/{tenant}/localities/";
  const struct {
    std::string name;
    std::string problem;
  } cases[] = {
      {"", "surveys/{survey}/waves/{wave}"},
      {"tenants/north", "surveys/{survey}/waves/{wave}"},
      {absl::StrCat(kWave, "/"), "surveys/{survey}/waves/{wave}"},
      {absl::StrCat("/", kWave), "surveys/{survey}/waves/{wave}"},
      {"tenants/north/places/port/surveys/care/waves/1", "{wave}"},
      {"tenants/North/localities/port/surveys/care/waves/1",
       "its {tenant} is not 1 to 63 of a-z"},
      {"tenants/north/localities//surveys/care/waves/1",
       "its {locality} is not 1 to 63 of a-z"},
      {"tenants/north/localities/port/surveys/a b/waves/1",
       "its {survey} is not 1 to 63 of a-z"},
      {"tenants/north/localities/port/surveys/care/waves/01",
       "its {wave} is not a number of 1 to 2147483647"},
      {"tenants/north/localities/port/surveys/care/waves/2147483648",
       "its {wave} is not a number of 1 to 2147483647"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const absl::Status status = ParseWaveName(c.name, "wave.name").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(status), "NAME_MALFORMED");
    EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"field", "wave.name"}}));
    const std::string message(status.message());
    EXPECT_EQ(message.find("wave.name " + form), 0u) << message;
    EXPECT_NE(message.find(c.problem), std::string::npos) << message;
  }
  EXPECT_FALSE(ParseOperationName("operations/1", "name").ok());
  EXPECT_FALSE(
      ParseWaveChildName(absl::StrCat(kWave, "/uploads/u"), kResponses, "name")
          .ok());
}

TEST(PageTokenTest, GivesBackTheKey) {
  for (const std::string& key : {"a"s, "\0\xff\x01"s, std::string(300, 'k')}) {
    const std::string token = MakePageToken("scope", key);
    EXPECT_EQ(*ReadPageToken(token, "scope"), key);
    for (const char c : token) {  // Fit for a URL.
      EXPECT_TRUE(absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  c == '-' || c == '_' || c == '=')
          << token;
    }
  }
  EXPECT_EQ(*ReadPageToken("", "scope"), "");
}

TEST(PageTokenTest, RefusesWhatItDidNotMake) {
  const std::string token = MakePageToken("waves of north", "42");
  std::vector<std::string> wrong = {
      "x", "====", "1", token + "x", token + "\n", token.substr(1), "\xff\xfe"};
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    wrong.push_back(changed);
  }
  for (const std::string& bad : wrong) {
    SCOPED_TRACE(absl::CEscape(bad));
    const auto key = ReadPageToken(bad, "waves of north");
    EXPECT_EQ(ReasonOf(key.status()), "PAGE_TOKEN_MALFORMED");
    EXPECT_EQ(MetadataOf(key.status()),
              (ErrorMetadata{{"field", "page_token"}}));
  }
  EXPECT_EQ(ReasonOf(ReadPageToken(token, "waves of south").status()),
            "PAGE_TOKEN_MALFORMED");
}

TEST(PageTokenTest, SurvivesAnyBytes) {
  Random random(1);
  for (int i = 0; i < 10'000; ++i) {
    std::string token(random.Uniform(40), '\0');
    for (char& c : token) c = static_cast<char>(random.Next());
    if (token.empty()) continue;
    EXPECT_FALSE(ReadPageToken(token, "scope").ok());
  }
}

TEST(PageSizeTest, HasADefaultAndBounds) {
  EXPECT_EQ(*PageSizeOf(0), 50);
  EXPECT_EQ(*PageSizeOf(1), 1);
  EXPECT_EQ(*PageSizeOf(1000), 1000);
  EXPECT_EQ(*PageSizeOf(1001), 1000);
  EXPECT_EQ(*PageSizeOf(INT32_MAX), 1000);
  const absl::Status status = PageSizeOf(-1).status();
  EXPECT_EQ(ReasonOf(status), "PAGE_SIZE_NEGATIVE");
  EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"field", "page_size"}}));
}

TEST(FieldChecksTest, ReportsTheFirstError) {
  const std::string uuid = "01234567-89ab-cdef-0123-456789abcdef";
  const struct {
    std::string reason;  // "" is for OK.
    absl::Status status;
  } cases[] = {
      {"", CheckRequestId(uuid)},
      {"REQUEST_ID_MALFORMED", CheckRequestId("")},
      {"REQUEST_ID_MALFORMED", CheckRequestId("x")},
      {"", CheckResourceId("f", "a-1")},
      {"FIELD_REQUIRED", CheckResourceId("f", "")},
      {"ID_MALFORMED", CheckResourceId("f", "A")},
      {"", CheckText("f", "", 0)},
      {"", CheckText("f", "two\nlines\tand \xc3\xa9", 18)},
      {"TEXT_TOO_LONG", CheckText("f", "\xff\x01", 1)},
      {"TEXT_MALFORMED", CheckText("f", "\xff", 1)},
      {"TEXT_MALFORMED", CheckText("f", "\x01", 1)},
      {"TEXT_MALFORMED", CheckText("f", "\x7f", 1)},
      {"TEXT_MALFORMED", CheckText("f", "\0"s, 1)},
      {"FIELD_REQUIRED", CheckRequiredText("f", "", 1)},
      {"TEXT_TOO_LONG", CheckRequiredText("f", "ab", 1)},
      {"", CheckPresent("f", true)},
      {"FIELD_REQUIRED", CheckPresent("f", false)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.status.ToString());
    EXPECT_EQ(ReasonOf(c.status), c.reason);
    if (c.status.ok()) continue;
    EXPECT_EQ(c.status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(MetadataOf(c.status)[0].first, "field");
  }
}

TEST(AddressTest, KnowsWhatCanBeListenedOn) {
  for (const char* address : {"127.0.0.1:0", "localhost:65535", "[::1]:7401",
                              "0.0.0.0:7401", "host.example:1"}) {
    EXPECT_TRUE(CheckAddress(address).ok()) << address;
  }
  for (const char* address :
       {"", ":", ":7401", "7401", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
        "127.0.0.1:99999", "127.0.0.1:-1", "127.0.0.1:+1", "127.0.0.1: 1",
        "127.0.0.1:x", "::1:7401"}) {
    EXPECT_EQ(ReasonOf(CheckAddress(address)), "ADDRESS_MALFORMED") << address;
  }
  EXPECT_TRUE(IsLoopback("127.0.0.1:1"));
  EXPECT_TRUE(IsLoopback("[::1]:1"));
  EXPECT_FALSE(IsLoopback("0.0.0.0:1"));
  EXPECT_FALSE(IsLoopback("[::]:1"));
  EXPECT_FALSE(IsLoopback("10.0.0.1:1"));
}

}  // namespace
}  // namespace pulsetaker::rpc
