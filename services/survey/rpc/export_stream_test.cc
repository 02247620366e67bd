// ExportWave, through the stub.

#include <optional>
#include <string>
#include <vector>

#include "common/base/digest.h"
#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

struct Export {
  std::vector<v1::ExportPiece> pieces;
  std::optional<v1::ExportSummary> summary;
  absl::Status status;
};

class ExportStreamTest : public ServiceFixture {
 protected:
  ExportStreamTest() {
    MakeWaveAndAbove();
    ImportPeople();
    Open();
    Submit(ResponseOf("p1", {"p2"}));
  }

  Export Read(const v1::ExportWaveRequest& request) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, Deadline());
    const auto reader = stub_->ExportWave(&context, request);
    Export read;
    v1::ExportWaveResponse message;
    while (reader->Read(&message)) {
      EXPECT_FALSE(read.summary.has_value());
      if (message.has_piece()) read.pieces.push_back(message.piece());
      if (message.has_summary()) read.summary = message.summary();
    }
    read.status = rpc::FromGrpcStatus(reader->Finish());
    return read;
  }

  static v1::ExportWaveRequest RequestFor(const std::string& name) {
    v1::ExportWaveRequest request;
    request.set_name(name);
    request.set_format(v1::EXPORT_FORMAT_JSON_LINES);
    return request;
  }
};

TEST_F(ExportStreamTest, EndsWithWhatItWas) {
  const v1::Wave closed = Close();
  const Export read = Read(RequestFor(kWaveName));
  ASSERT_TRUE(read.status.ok()) << read.status;
  ASSERT_EQ(read.pieces.size(), 1u);
  ASSERT_TRUE(read.summary.has_value());
  const v1::ExportPiece& piece = read.pieces[0];
  EXPECT_EQ(piece.offset(), 0);
  EXPECT_EQ(
      piece.digest(),
      Sha256().Update(std::string(32, '\0')).Update(piece.data()).Finish());
  EXPECT_EQ(read.summary->digest(), piece.digest());
  EXPECT_EQ(read.summary->byte_count(),
            static_cast<std::int64_t>(piece.data().size()));
  EXPECT_EQ(read.summary->participant_count(), closed.participant_count());
  EXPECT_EQ(read.summary->response_count(), 1);
  EXPECT_EQ(read.summary->snapshot_digest(), closed.snapshot_digest());

  v1::ExportWaveRequest resumed = RequestFor(kWaveName);
  resumed.set_resume_token(piece.resume_token());
  const Export rest = Read(resumed);
  ASSERT_TRUE(rest.status.ok()) << rest.status;
  EXPECT_TRUE(rest.pieces.empty());
  ASSERT_TRUE(rest.summary.has_value());
  EXPECT_EQ(rest.summary->SerializeAsString(),
            read.summary->SerializeAsString());
}

TEST_F(ExportStreamTest, SaysWhatIsWrong) {
  EXPECT_EQ(ReasonOf(Read(RequestFor(kWaveName)).status), "WAVE_NOT_CLOSED");
  Close();
  const std::string token =
      Read(RequestFor(kWaveName)).pieces[0].resume_token();
  EXPECT_EQ(ReasonOf(Read(RequestFor("waves/1")).status), "NAME_MALFORMED");
  EXPECT_EQ(ReasonOf(Read(RequestFor(std::string(kWaveName) + "9")).status),
            "WAVE_NOT_FOUND");
  v1::ExportWaveRequest request = RequestFor(kWaveName);
  for (const int format : {0, 4, -1}) {
    request.set_format(static_cast<v1::ExportFormat>(format));
    EXPECT_EQ(ReasonOf(Read(request).status), "EXPORT_FORMAT_UNKNOWN");
  }
  request.set_format(v1::EXPORT_FORMAT_CSV_LONG);
  for (const std::string& bad : {std::string("x"), token}) {
    request.set_resume_token(bad);
    EXPECT_EQ(ReasonOf(Read(request).status), "RESUME_TOKEN_MALFORMED");
  }
}

TEST_F(ExportStreamTest, DoesNotGoOnInAnotherSnapshot) {
  Close();
  v1::ExportWaveRequest request = RequestFor(kWaveName);
  request.set_resume_token(Read(request).pieces[0].resume_token());
  v1::ReopenWaveRequest reopen;
  reopen.set_name(kWaveName);
  reopen.set_request_id(NextUuid());
  Must(&Stub::ReopenWave, reopen);
  Submit(ResponseOf("p2", {"p1"}));
  Close();
  EXPECT_EQ(ReasonOf(Read(request).status), "SNAPSHOT_CHANGED");
}

}  // namespace
}  // namespace pulsetaker::survey
